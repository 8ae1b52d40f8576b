import Glibc
import Testing

/// `SEEDS=500 YEARS=20 swift test --filter SimulationTests` lives longer; `SEED=17` repeats one.
@Suite struct SimulationTests {
  @Test func everyHistoryEndsWell() {
    let years = number("YEARS") ?? 1
    let seeds = number("SEED").map { $0...$0 } ?? 1...(number("SEEDS") ?? 16)
    for seed in seeds {
      var simulation = Simulation(seed: UInt64(seed))
      guard let verdict = simulation.live(days: 365 * years) else { continue }
      Issue.record(
        """
        seed \(seed): \(verdict.checker): \(verdict.text)
        repeat with: SEED=\(seed) YEARS=\(years) swift test --filter SimulationTests
        \(simulation.log.joined(separator: "\n"))
        """)
      return
    }
  }

  private func number(_ name: String) -> Int? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe Int(String(cString: text)).map { max(1, $0) }
  }
}
