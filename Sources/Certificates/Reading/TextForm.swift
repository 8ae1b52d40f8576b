/// Texts that editors and mail programs changed.
enum TextForm {
  /// UTF-16, as Windows' Notepad and PowerShell save it, brought to octets; others as is.
  static func plain(_ bytes: SecretBytes) -> SecretBytes {
    let hasMark = bytes.matches([0xff, 0xfe], at: 0) || bytes.matches([0xfe, 0xff], at: 0)
    // Without a byte order mark it is told by the dashes of the first line.
    let little = bytes.matches([0x2d, 0, 0x2d, 0], at: 0)
    guard hasMark || little || bytes.matches([0, 0x2d, 0, 0x2d], at: 0) else { return bytes }
    let isLittle = little || bytes[0] == 0xff
    let result = SecretBytes(capacity: bytes.count / 2)
    for index in stride(from: hasMark ? 2 : 0, to: bytes.count - 1, by: 2) {
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
