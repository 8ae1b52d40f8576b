/// The readings of one password, the likeliest first.
///
/// What encrypted a file took the letters in one of several ways, and the file does not say which.
struct Passwords {
  /// Each reading; nil: no password at all, which PKCS#12 tells from the empty one (RFC 7292
  /// appendix B.1).
  let candidates: [SecretBytes?]
  /// Whether the administrator gave one.
  let isGiven: Bool

  /// Works out the readings; `given` stays the caller's to wipe.
  init(_ given: [UInt8]?) {
    isGiven = given.map { !$0.isEmpty } ?? false
    guard let given, !given.isEmpty else {
      candidates = [SecretBytes(capacity: 0), nil]
      return
    }
    let whole = SecretBytes(given)
    var readings = [whole]
    if given.contains(where: { $0 >= 0x80 }) {
      // Old OpenSSL took each octet for a letter; so does a terminal in Latin-1 without telling.
      readings.append(Self.utf8(ofLatin1: whole))
      // And Windows and Java may have had the letters of a UTF-8 terminal as Latin-1.
      if let latin1 = Self.latin1(ofUTF8: whole) { readings.append(latin1) }
    }
    candidates = readings
  }

  private static func utf8(ofLatin1 bytes: SecretBytes) -> SecretBytes {
    let result = SecretBytes(capacity: bytes.count * 2)
    for index in 0..<bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        result.append(byte)
      } else {
        result.append(0xc0 | byte >> 6)
        result.append(0x80 | byte & 0x3f)
      }
    }
    return result
  }

  /// The letters as one octet each; nil if it is not UTF-8 or has letters beyond Latin-1.
  private static func latin1(ofUTF8 bytes: SecretBytes) -> SecretBytes? {
    let result = SecretBytes(capacity: bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        result.append(byte)
        index += 1
      } else {
        guard byte == 0xc2 || byte == 0xc3, bytes[index + 1] & 0xc0 == 0x80 else { return nil }
        result.append(byte << 6 | bytes[index + 1] & 0x3f)
        index += 2
      }
    }
    return result
  }
}
