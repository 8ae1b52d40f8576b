/// Lives histories, and tells of one that ends badly so that it can be understood.
public enum Runner {
  /// What became of a bad history.
  public struct Failure: Sendable {
    /// Which seed.
    public var seed: UInt64
    /// How long it was to be lived.
    public var years: Int
    /// How many services the host had.
    public var services: Int
    /// Which checker found what.
    public var finding: String
    /// How many draws it had, and the numbers of those that are needed for the same finding.
    public var draws: Int
    /// The draws that are needed.
    public var needed: [Int]
    /// What happened in the shortened history.
    public var log: [String]

    /// All of it, with the command that repeats it.
    public var text: String {
      let numbers = needed.map(String.init).joined(separator: ",")
      let many = services > 1 ? " SERVICES=\(services)" : ""
      return """
        seed \(seed): \(finding)
        shortened from \(draws) draws to \(needed.count); repeat with:
        make simulate SEED=\(seed)\(many) YEARS=\(years) KEEP=\(numbers)
        \(log.joined(separator: "\n"))
        """
    }
  }

  /// At most so many tries to shorten a history.
  static let longestShortening = 400
  /// More lines of a shortened history are not shown.
  static let shownLines = 300

  /// Lives one history, of several services if so many are asked for; nil: all is well.
  public static func run(
    seed: UInt64, years: Int, services: Int = 1, keep: [Int]? = nil
  ) -> Failure? {
    find(seed: seed, days: 365 * years, services: services, keep: keep, corruption: nil)
  }

  static func find(
    seed: UInt64, days: Int, services: Int = 1, keep: [Int]?, corruption: Corruption?
  ) -> Failure? {
    let whole = lived(seed, days, services, keep, corruption)
    guard let verdict = whole.verdict else { return nil }
    let needed = shorten(whole.draws) { draws in
      lived(seed, days, services, draws, corruption).verdict?.checker == verdict.checker
    }
    let shorter = lived(seed, days, services, needed, corruption, lines: shownLines)
    let found = shorter.verdict ?? verdict
    return Failure(
      seed: seed, years: days / 365, services: services,
      finding: "\(found.checker): \(found.text)", draws: whole.draws.count, needed: needed,
      log: shorter.log)
  }

  /// What became of one life.
  private struct Life {
    var verdict: History.Verdict?
    var draws: [Int]
    var log: [String]
  }

  private static func lived(
    _ seed: UInt64, _ days: Int, _ services: Int, _ kept: [Int]?, _ corruption: Corruption?,
    lines: Int = 0
  ) -> Life {
    guard services > 1 else {
      var history = History(seed: seed, corruption: corruption)
      history.loggedLines = lines
      let verdict = history.live(days: days, kept: kept)
      return Life(verdict: verdict, draws: history.lived, log: history.log)
    }
    var host = Host(seed: seed, services: services, corruption: corruption)
    host.keepLog(of: lines)
    let verdict = host.live(days: days, kept: kept)
    return Life(verdict: verdict, draws: host.lived, log: host.log)
  }

  /// Drops draws, many at once first, as long as the history still fails.
  ///
  /// Zeller, Hildebrandt, "Simplifying and isolating failure-inducing input" (2002), without its
  /// complements.
  static func shorten(_ draws: [Int], fails: ([Int]) -> Bool) -> [Int] {
    var kept = draws
    var chunk = max(1, kept.count / 2)
    var tries = 0
    while tries < longestShortening {
      var index = 0
      let before = kept.count
      while index < kept.count && tries < longestShortening {
        tries += 1
        var fewer = kept
        fewer.removeSubrange(index..<min(index + chunk, kept.count))
        if fails(fewer) { kept = fewer } else { index += chunk }
      }
      if chunk == 1 && kept.count == before { break }
      chunk = max(1, chunk / 2)
    }
    return kept
  }
}
