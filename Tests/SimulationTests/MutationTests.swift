import Testing

@testable import Simulation

/// A checker that cannot fail proves nothing: each planted fault is found by the checker it is for,
/// alone.
@Suite struct MutationTests {
  /// So many short histories are lived until a fault is found.
  static let seeds: ClosedRange<UInt64> = 1...40

  @Test(arguments: Corruption.planted.indices)
  func aPlantedFaultIsFound(index: Int) {
    let corruption = Corruption.planted[index]
    let isFound = Self.seeds.contains { seed in
      var history = History(seed: seed, corruption: corruption)
      history.checkers.removeAll { "\(type(of: $0))" != corruption.caughtBy }
      return history.live(days: 365)?.checker == corruption.caughtBy
    }
    #expect(isFound, "\(corruption.name) was not found by \(corruption.caughtBy)")
  }

  @Test func everyCheckerFindsAPlantedFault() {
    let checkers = History.everyChecker.map { "\(type(of: $0))" }
    #expect(Set(Corruption.planted.map(\.caughtBy)) == Set(checkers))
    #expect(Corruption.planted.count >= 20)
  }
}
