import Testing

/// A checker that cannot fail proves nothing: each planted fault is found by the checker it is for.
@Suite struct MutationTests {
  @Test(arguments: Corruption.planted.indices)
  func aPlantedFaultIsFound(index: Int) {
    let corruption = Corruption.planted[index]
    var found: [String] = []
    for seed in 1...UInt64(30) {
      var simulation = Simulation(seed: seed, corruption: corruption)
      simulation.checkers.removeAll { "\(type(of: $0))" != corruption.caughtBy }
      guard let verdict = simulation.live(days: 365), verdict.checker == corruption.caughtBy
      else { continue }
      found.append(verdict.text)
      break
    }
    #expect(!found.isEmpty, "\(corruption.name) was not found by \(corruption.caughtBy)")
  }

  @Test func theSameSeedIsTheSameHistory() {
    var (one, other) = (Simulation(seed: 7), Simulation(seed: 7))
    _ = one.live(days: 100)
    _ = other.live(days: 100)
    #expect(one.log == other.log && !one.log.isEmpty)
  }
}
