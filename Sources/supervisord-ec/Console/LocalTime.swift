internal import Glibc
internal import Planner

/// A moment in the host's time zone, for people; machines get RFC 3339 in UTC.
enum LocalTime {
  /// For example `2026-03-31 08:30 CEST` (localtime_r(3), strftime(3)); a moment that the C library
  /// cannot take comes out in UTC.
  static func text(_ at: UnixSeconds) -> String {
    var moment = time_t(at)
    var parts = unsafe tm()
    // localtime_r(3) need not look at TZ by itself (POSIX); tzset(3) does.
    tzset()
    guard unsafe localtime_r(&moment, &parts) != nil else { return Timestamp.text(at) }
    var buffer = [CChar](repeating: 0, count: longestText)
    let count = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
      unsafe bytes.baseAddress.map {
        unsafe strftime($0, bytes.count, "%Y-%m-%d %H:%M %Z", &parts)
      } ?? 0
    }
    guard count > 0 else { return Timestamp.text(at) }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Reads `2026-03-31 08:30:15`, also without seconds or without a time of day, which is midnight
  /// (mktime(3)); nil for anything else, and for what no clock here shows.
  static func read(_ text: String) -> UnixSeconds? {
    let halves = text.split(separator: " ", omittingEmptySubsequences: false)
    guard let first = halves.first, halves.count <= 2,
      let date = numbers(first, "-", widths: [4, 2, 2]), date[0] >= 1970,
      var time = halves.count == 1
        ? [0, 0, 0]
        : numbers(halves[1], ":", widths: [2, 2, 2]) ?? numbers(halves[1], ":", widths: [2, 2])
    else { return nil }
    if time.count == 2 { time.append(0) }
    var parts = unsafe tm()
    unsafe (parts.tm_year, parts.tm_mon, parts.tm_mday) = (date[0] - 1900, date[1] - 1, date[2])
    unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec) = (time[0], time[1], time[2])
    unsafe parts.tm_isdst = -1
    tzset()
    let at = unsafe mktime(&parts)
    // What does not exist is moved to what does: the 30th of February, an hour that is skipped.
    let isThere =
      unsafe parts.tm_year == date[0] - 1900 && parts.tm_mon == date[1] - 1
      && parts.tm_mday == date[2] && parts.tm_hour == time[0] && parts.tm_min == time[1]
      && parts.tm_sec == time[2]
    return isThere ? at : nil
  }

  private static func numbers(
    _ text: Substring, _ separator: Character, widths: [Int]
  ) -> [Int32]? {
    let fields = text.split(separator: separator, omittingEmptySubsequences: false)
    guard fields.map(\.utf8.count) == widths,
      fields.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    let numbers = fields.compactMap { Int32($0) }
    return numbers.count == widths.count ? numbers : nil
  }

  /// Bytes for a date, a time and the longest name of a zone that TZ can hold in practice.
  private static let longestText = 128
}
