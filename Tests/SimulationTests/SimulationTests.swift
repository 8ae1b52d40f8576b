import Glibc
import Testing

@testable import Simulation

/// The short run of every build; `make simulate SEEDS=10000 YEARS=10` is the long one.
@Suite struct SimulationTests {
  @Test func everyHistoryEndsWell() {
    let years = number("YEARS") ?? 1
    let seeds = number("SEED").map { $0...$0 } ?? 1...(number("SEEDS") ?? 8)
    for seed in seeds {
      guard let failure = Runner.run(seed: UInt64(seed), years: years) else { continue }
      Issue.record("\(failure.text)")
      return
    }
  }

  @Test func theSameSeedIsTheSameHistory() {
    var (one, other) = (History(seed: 7), History(seed: 7))
    (one.loggedLines, other.loggedLines) = (100, 100)
    _ = one.live(days: 100)
    _ = other.live(days: 100)
    #expect(one.log == other.log && !one.log.isEmpty)
  }

  @Test func aFailingHistoryIsShortenedToWhatIsNeeded() {
    #expect(Runner.shorten(Array(0..<100)) { $0.contains(17) && $0.contains(93) } == [17, 93])
    #expect(Runner.shorten([1, 2, 3]) { _ in true } == [])
  }

  private func number(_ name: String) -> Int? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe Int(String(cString: text)).map { max(1, $0) }
  }
}
