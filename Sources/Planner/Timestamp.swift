/// Moments and spans as text, in pure Swift: no time zone, no locale, no clock.
///
/// Local time is not here: it needs the host's zone files, which no decision may depend on.
public enum Timestamp {
  /// RFC 3339 in UTC with whole seconds, for example `2026-03-01T06:30:00Z`.
  ///
  /// Years outside 0000…9999, which RFC 3339 cannot write, come out as the nearest it can.
  public static func text(_ at: UnixSeconds) -> String {
    let moment = min(max(at, earliest), latest)
    let days = floorDivide(moment, Limits.day)
    let second = moment - days * Limits.day
    let date = civil(fromDays: days)
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
      + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
  }

  /// Reads RFC 3339, section 5.6.
  ///
  /// Takes `T` or a space between date and time, a fraction of a second (dropped), and `Z` or an
  /// offset. Nil for anything else, for days that do not exist, and for a leap second's `60`,
  /// which Unix time cannot tell from the second after.
  public static func parse(_ text: String) -> UnixSeconds? {
    var reader = Reader(Array(text.utf8))
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
      reader.take("-"), let day = reader.number(2),
      reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
      reader.take(":"), let second = reader.number(2), reader.skipFraction(),
      let offset = reader.offset(), reader.isAtEnd
    else { return nil }
    guard (1...12).contains(month), day >= 1, day <= daysIn(month, year), hour < 24, minute < 60,
      second < 60
    else { return nil }
    return days(fromYear: year, month: month, day: day) * Limits.day + hour * 3600 + minute * 60
      + second - offset
  }

  /// A span for people, at most two units: `29 days`, `1 day 4 h`, `3 h 5 min`, `45 s`.
  ///
  /// From two days on only whole days are shown. The sign is dropped: the sentence around it says
  /// "in" or "ago".
  public static func spanText(_ seconds: Seconds) -> String {
    let total = Int(clamping: seconds.magnitude)
    let days = total / Limits.day
    if days >= 2 { return "\(days) days" }
    let parts = [
      (days, "day"), (total / 3600 % 24, "h"), (total / 60 % 60, "min"), (total % 60, "s"),
    ]
    guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0 s" }
    let shown = parts[first..<min(first + 2, parts.count)].filter { $0.0 > 0 }
    return shown.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }

  /// 0000-01-01T00:00:00Z.
  private static let earliest: UnixSeconds = -62_167_219_200
  /// 9999-12-31T23:59:59Z.
  private static let latest: UnixSeconds = 253_402_300_799

  /// The Gregorian date, counted in 400-year eras of years that begin in March, so that the leap
  /// day comes last and needs no special case.
  private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + daysBeforeEpoch
    let era = floorDivide(shifted, daysPerEra)
    let dayOfEra = shifted - era * daysPerEra
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func days(fromYear year: Int, month: Int, day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = floorDivide(marchYear, 400)
    let yearOfEra = marchYear - era * 400
    let marchMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    return era * daysPerEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
      - daysBeforeEpoch
  }

  private static func daysIn(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// Days in the 400 years after which the Gregorian calendar repeats.
  private static let daysPerEra = 146_097
  /// Days from 0000-03-01 to 1970-01-01.
  private static let daysBeforeEpoch = 719_468

  private static func floorDivide(_ number: Int, _ divisor: Int) -> Int {
    let quotient = number / divisor
    return number % divisor < 0 ? quotient - 1 : quotient
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Timestamp {
  /// Goes through the bytes of one RFC 3339 text.
  private struct Reader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    private var digit: Int? {
      guard position < bytes.count, (48...57).contains(bytes[position]) else { return nil }
      return Int(bytes[position] - 48)
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
      position += 1
      return true
    }

    mutating func number(_ width: Int) -> Int? {
      var result = 0
      for _ in 0..<width {
        guard let digit else { return nil }
        result = result * 10 + digit
        position += 1
      }
      return result
    }

    /// False only for a point without digits.
    mutating func skipFraction() -> Bool {
      guard take(".") else { return true }
      guard digit != nil else { return false }
      while digit != nil { position += 1 }
      return true
    }

    /// Seconds that the zone is ahead of UTC.
    mutating func offset() -> Seconds? {
      if take("Z") || take("z") { return 0 }
      let sign = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24,
        minutes < 60
      else { return nil }
      return sign * (hours * 3600 + minutes * 60)
    }
  }
}
