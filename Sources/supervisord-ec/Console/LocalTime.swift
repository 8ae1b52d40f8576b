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

  /// Bytes for a date, a time and the longest name of a zone that TZ can hold in practice.
  private static let longestText = 128
}
