// Durations as people write them in settings. No fractions, months or years: a month has no length.
public import Planner

/// A text that is no duration.
public struct DurationError: Error, Equatable, Sendable {
  /// What is wrong with it.
  public let reason: String
}

/// Units, the longest first; `min` stands before `m` in texts that are written.
private let units: [(name: String, seconds: Seconds)] = [
  ("w", 604_800), ("d", 86_400), ("h", 3_600), ("min", 60), ("m", 60), ("s", 1),
]

/// Reads a duration: whole numbers with `s`, `min` (`m`), `h`, `d`, `w`, also several, for example
/// `1h 30min`.
///
/// Overflow is an error, as is a number without a unit.
public func parseDuration(_ text: String) throws(DurationError) -> Seconds {
  var rest = Substring(text).drop { $0 == " " }
  guard !rest.isEmpty else { throw DurationError(reason: "it is empty") }
  var total: Seconds = 0
  while !rest.isEmpty {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty else {
      throw DurationError(reason: "a whole number is missing before \(quoted(String(rest)))")
    }
    rest = rest.dropFirst(digits.count).drop { $0 == " " }
    let word = rest.prefix { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
    guard !word.isEmpty else {
      throw DurationError(reason: "a unit is missing after \(quoted(String(digits)))")
    }
    guard let unit = units.first(where: { $0.name == word }) else {
      throw DurationError(reason: "\(quoted(String(word))) is no unit")
    }
    guard let number = Int(digits) else { throw DurationError(reason: "the number is too large") }
    let product = number.multipliedReportingOverflow(by: unit.seconds)
    let sum = total.addingReportingOverflow(product.partialValue)
    guard !product.overflow, !sum.overflow else {
      throw DurationError(reason: "the number is too large")
    }
    total = sum.partialValue
    rest = rest.dropFirst(word.count).drop { $0 == " " }
  }
  return total
}

/// Writes a duration so that `parseDuration` reads it back: `30d`, `1h 30min`, `0s`.
///
/// Weeks are written as days, since every text of ours speaks of days. A negative span gets a
/// leading `-`, for display only.
public func formatDuration(_ seconds: Seconds) -> String {
  guard seconds != 0 else { return "0s" }
  var rest = seconds.magnitude
  var parts: [String] = []
  for unit in units where unit.name != "w" && unit.name != "m" {
    let (count, remainder) = rest.quotientAndRemainder(dividingBy: unit.seconds.magnitude)
    if count > 0 { parts.append("\(count)\(unit.name)") }
    rest = remainder
  }
  return (seconds < 0 ? "-" : "") + parts.joined(separator: " ")
}
