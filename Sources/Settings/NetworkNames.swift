// Addresses and host names as settings give them. Nothing is looked up.
internal import Glibc

/// A literal address in its shortest form.
struct NetworkAddress: Equatable, Sendable {
  /// The address as inet_ntop(3) writes it.
  var text: String
  /// Whether it is an IPv6 address.
  var isIPv6: Bool

  /// Reads an IPv4 or IPv6 literal (inet_pton(3)): no brackets, zone or prefix length.
  init?(_ text: String) {
    isIPv6 = text.utf8.contains(UInt8(ascii: ":"))
    let family = isIPv6 ? AF_INET6 : AF_INET
    var raw = [UInt8](repeating: 0, count: 16)
    var written = [CChar](repeating: 0, count: 64)
    guard unsafe inet_pton(family, text, &raw) == 1,
      unsafe inet_ntop(family, raw, &written, socklen_t(written.count)) != nil
    else { return nil }
    self.text = String(
      decoding: written.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Whether it is an IPv4 address in IPv6 clothes (RFC 4291 section 2.5.5.2).
  var isMapped: Bool { isIPv6 && text.hasPrefix("::ffff:") && text.contains(".") }

  /// Whether it stands for every address of its family.
  var isWildcard: Bool { text == "0.0.0.0" || text == "::" }

  /// Whether two sockets of one port would meet here.
  func overlaps(_ other: NetworkAddress) -> Bool {
    isIPv6 == other.isIPv6 && (text == other.text || isWildcard || other.isWildcard)
  }
}

/// Whether a text is a host name of ASCII (RFC 952, RFC 1123 section 2.1, RFC 5890), at most 253
/// characters; `*` may stand for the first label (RFC 9525 section 6.3).
func isHostName(_ text: String) -> Bool {
  guard text.utf8.count <= 253 else { return false }
  var labels = text.split(separator: ".", omittingEmptySubsequences: false)
  if labels.count > 1, labels[0] == "*" { labels.removeFirst() }
  guard let last = labels.last, labels.allSatisfy(isHostLabel) else { return false }
  // All digits at the end would be read as an address (RFC 1123 section 2.1).
  return !last.utf8.allSatisfy(isDigit)
}

private func isHostLabel(_ label: Substring) -> Bool {
  let bytes = Array(label.utf8)
  guard (1...63).contains(bytes.count), bytes.first != 0x2D, bytes.last != 0x2D else {
    return false
  }
  return bytes.allSatisfy { isDigit($0) || isLetter($0) || $0 == 0x2D }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

/// Whether a text is `[a-z0-9][a-z0-9-]*`, at most `SettingsLimits.nameCharacters` long: the form
/// of service, site, channel and profile names.
func isPlainName(_ text: String) -> Bool {
  let bytes = text.utf8
  guard let first = bytes.first, bytes.count <= SettingsLimits.nameCharacters, first != 0x2D else {
    return false
  }
  return bytes.allSatisfy { isDigit($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
}

/// Whether a text names one service unit (systemd.unit(5)): no template, at most 255 characters.
func isServiceUnit(_ text: String) -> Bool {
  let suffix = ".service"
  guard text.hasSuffix(suffix), text.utf8.count <= SettingsLimits.unitCharacters else {
    return false
  }
  let stem = text.dropLast(suffix.count)
  let parts = stem.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.allSatisfy({ !$0.isEmpty }) else { return false }
  return stem.utf8.allSatisfy { byte in
    isDigit(byte) || isLetter(byte) || ":_.\\-@".utf8.contains(byte)
  }
}
