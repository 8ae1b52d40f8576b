import Testing

@testable import Simulation

/// Several services under one daemon.
@Suite struct HostTests {
  @Test func everyHostEndsWell() {
    if let failure = Runner.run(seed: 1, years: 1, services: 3) {
      Issue.record("\(failure.text)")
    }
  }

  @Test func turnsAreWaitedForAndComeSoon() {
    var host = Host(seed: 1, services: 6)
    _ = host.live(days: 30)
    #expect((1...Host.patienceInTrouble).contains(host.longestTurn))
  }

  /// What hangs and keeps its place holds up the others: found by the checker of the whole host.
  @Test func aHangingServiceThatKeepsItsPlaceIsFound() {
    let planted = Corruption(
      name: "what hangs keeps its place", caughtBy: "Turns", turnsAreEndless: true)
    let isFound = (1...100).contains { (seed: UInt64) in
      var host = Host(seed: seed, services: 6, corruption: planted)
      _ = host.live(days: 1, kept: [])
      host.pass(600)
      host.hang()
      host.pass(600)
      return host.verdict?.checker == planted.caughtBy
    }
    #expect(isFound)
  }

  @Test func theSameSeedIsTheSameHost() {
    var (one, other) = (Host(seed: 7, services: 2), Host(seed: 7, services: 2))
    one.keepLog(of: 100)
    other.keepLog(of: 100)
    _ = one.live(days: 20)
    _ = other.live(days: 20)
    #expect(one.log == other.log && !one.log.isEmpty)
  }
}
