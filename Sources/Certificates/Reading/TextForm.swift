/// Texts that editors and mail programs changed.
enum TextForm {
  /// UTF-16 with a byte order mark, as Windows' Notepad saves it, brought to octets; others as is.
  static func plain(_ bytes: SecretBytes) -> SecretBytes {
    let isLittle = bytes.matches([0xff, 0xfe], at: 0)
    guard isLittle || bytes.matches([0xfe, 0xff], at: 0) else { return bytes }
    let result = SecretBytes(capacity: bytes.count / 2)
    for index in stride(from: 2, to: bytes.count - 1, by: 2) {
      let (low, high) = (bytes[index + (isLittle ? 0 : 1)], bytes[index + (isLittle ? 1 : 0)])
      result.append(high == 0 ? low : UInt8(ascii: "?"))
    }
    return result
  }

  /// What a text holds that is base64 of DER without the lines around it; nil if it does not.
  static func bareBase64(_ text: SecretBytes) -> SecretBytes? {
    var start = text.matches([0xef, 0xbb, 0xbf], at: 0) ? 3 : 0
    while start < text.count, text[start] <= 0x20 { start += 1 }
    // A SEQUENCE of 256 octets and more begins like this.
    guard text.matches(Array("MI".utf8), at: start) else { return nil }
    guard case .bytes(let inner) = Base64.decode(text, start..<text.count) else { return nil }
    return inner
  }
}
