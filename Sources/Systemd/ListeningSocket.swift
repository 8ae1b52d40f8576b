internal import Glibc

/// One TCP socket that listens.
struct ListeningSocket: Equatable {
  var port: UInt16
  /// 4 bytes or 16.
  var bytes: [UInt8]
  /// IPV6_V6ONLY: does not take IPv4 connections.
  var isV6Only = false
  /// The number in `/proc/PID/fd`.
  var inode: UInt32
  /// The inode number of its control group.
  var controlGroup: UInt64?

  /// As inet_ntop(3) writes it.
  var address: String { Self.text(bytes) }

  /// Whether it stands in the way of listening on the same port of `other`.
  ///
  /// Text that is no address is taken for any address: better a holder too many than none.
  func conflicts(with other: String?) -> Bool {
    guard let other, let wanted = Self.parse(other) else { return true }
    if bytes == wanted { return true }
    let mine = Self.withoutMapping(bytes)
    let theirs = Self.withoutMapping(wanted)
    if mine.count == theirs.count {
      return mine == theirs || mine.allSatisfy { $0 == 0 } || theirs.allSatisfy { $0 == 0 }
    }
    // The any-address of IPv6 takes IPv4 too, unless told not to; nginx tells so for its own.
    return mine.count == 16 && mine.allSatisfy { $0 == 0 } && !isV6Only
  }

  /// `::ffff:a.b.c.d` is the IPv4 address (RFC 4291 section 2.5.5.2).
  private static func withoutMapping(_ bytes: [UInt8]) -> [UInt8] {
    let prefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    return bytes.count == 16 && bytes.starts(with: prefix) ? Array(bytes.suffix(4)) : bytes
  }

  static func parse(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let bare =
      text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    if unsafe inet_pton(AF_INET, bare, &bytes) == 1 { return Array(bytes.prefix(4)) }
    if unsafe inet_pton(AF_INET6, bare, &bytes) == 1 { return bytes }
    return nil
  }

  private static func text(_ bytes: [UInt8]) -> String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    let result = unsafe inet_ntop(family, bytes, &buffer, socklen_t(buffer.count))
    guard unsafe result != nil else { return "?" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
