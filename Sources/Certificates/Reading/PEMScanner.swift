// RFC 7468, as lenient as mail, web forms and editors make it necessary: text around, any line
// ends, blanks, several blocks in one line. It decodes; it does not know what a block holds.

/// One block of PEM.
struct PEMBlock {
  /// What stands behind BEGIN.
  var label: String
  /// The headers of RFC 1421 §4.6, names in lower case.
  var headers: [String: String]
  /// What was encoded.
  var bytes: SecretBytes
}

/// One find in a text.
enum PEMFind {
  /// A whole block.
  case block(PEMBlock)
  /// A block that cannot be read: where it begins, its label, and what is wrong.
  case damage(line: Int, label: String, what: String)
}

/// Walks over a text, block by block; every step moves on.
struct PEMScanner {
  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = Array("-----END ".utf8)
  private static let dashes = Array("-----".utf8)
  /// Longest label that is one.
  private static let labelBytes = 64

  private let text: SecretBytes
  private var position = 0
  private var line = 1
  private var found = 0

  init(_ text: SecretBytes) { self.text = text }

  /// The next block or damage; nil at the end.
  mutating func next() -> PEMFind? {
    while position < text.count, found < CertificateLimits.blocks {
      if text.matches(Self.begin, at: position) {
        let (start, firstLine) = (position, line)
        guard let label = marker(Self.begin) else {
          (position, line) = (start, firstLine)
          step()
          continue
        }
        found += 1
        return block(label, line: firstLine)
      }
      if text.matches(Self.end, at: position), let label = marker(Self.end) {
        found += 1
        return .damage(
          line: line, label: label, what: "ends a block whose BEGIN line is missing or misspelt")
      }
      step()
    }
    return nil
  }

  private mutating func step() {
    if text[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  /// Goes behind `-----BEGIN LABEL-----`; nil if it is not one.
  private mutating func marker(_ start: [UInt8]) -> String? {
    let first = position + start.count
    var last = first
    while last < text.count, last - first <= Self.labelBytes, text[last] != UInt8(ascii: "-") {
      guard (0x20...0x7e).contains(text[last]) else { return nil }
      last += 1
    }
    guard text.matches(Self.dashes, at: last) else { return nil }
    position = last + Self.dashes.count
    return String(decoding: text.array(first..<last), as: UTF8.self)
  }

  /// Reads from behind BEGIN to behind END.
  private mutating func block(_ label: String, line firstLine: Int) -> PEMFind {
    let start = position
    while position < text.count, !text.matches(Self.dashes, at: position) { step() }
    let body = start..<position
    let endLine = line
    guard text.matches(Self.end, at: position), let closing = marker(Self.end) else {
      return .damage(
        line: firstLine, label: label, what: "is cut off: its END line is missing or misspelt")
    }
    guard closing == label else {
      return .damage(
        line: endLine, label: label, what: "ends with the END line of a \"\(closing)\"")
    }
    let (headers, data) = headers(in: body)
    switch Base64.decode(text, data) {
    case .bytes(let bytes):
      return .block(PEMBlock(label: label, headers: headers, bytes: bytes))
    case .damaged(let index):
      return .damage(
        line: firstLine + lines(start..<index), label: label,
        what: "has a character that is not base64")
    case .cutOff:
      return .damage(line: endLine, label: label, what: "is not whole: its base64 is cut off")
    }
  }

  private func lines(_ range: Range<Int>) -> Int {
    range.count { text[$0] == UInt8(ascii: "\n") }
  }

  /// The lines `Name: value` on top of a body, and what is left.
  private func headers(in body: Range<Int>) -> ([String: String], Range<Int>) {
    var headers: [String: String] = [:]
    var start = body.lowerBound
    while start < body.upperBound {
      let lineEnd =
        (start..<body.upperBound).first { [0x0a, 0x0d].contains(text[$0]) } ?? body.upperBound
      let isBlank = (start..<lineEnd).allSatisfy { [0x20, 0x09].contains(text[$0]) }
      if !isBlank {
        guard let colon = (start..<lineEnd).first(where: { text[$0] == UInt8(ascii: ":") }),
          lineEnd - start <= CertificateLimits.headerBytes
        else { break }
        let name = String(decoding: text.array(start..<colon), as: UTF8.self).lowercased()
        let value = text.array(colon + 1..<lineEnd).filter { $0 > 0x20 }
        headers[name] = String(decoding: value, as: UTF8.self)
      }
      start = min(lineEnd + 1, body.upperBound)
    }
    return (headers, start..<body.upperBound)
  }
}

/// Base64 (RFC 4648 §4), blanks and line ends skipped.
enum Base64 {
  /// What decoding gave.
  enum Outcome {
    case bytes(SecretBytes)
    /// Where a character stands that does not belong there.
    case damaged(Int)
    /// Characters or their padding are missing at the end.
    case cutOff
  }

  /// Decodes a part of a text.
  static func decode(_ text: SecretBytes, _ range: Range<Int>) -> Outcome {
    let result = SecretBytes(capacity: range.count / 4 * 3 + 3)
    var bits: UInt32 = 0
    var characters = 0
    var padding = 0
    for index in range {
      let byte = text[index]
      // Taken out of JSON or a variable of the environment: "\n" for the end of a line, "\/".
      if byte == UInt8(ascii: "\\"), "nr/".utf8.contains(text[index + 1]) { continue }
      if index > range.lowerBound, text[index - 1] == UInt8(ascii: "\\"),
        "nr".utf8.contains(byte)
      {
        continue
      }
      if byte == 0x20 || (0x09...0x0d).contains(byte) { continue }
      if byte == UInt8(ascii: "=") {
        padding += 1
        guard padding <= 2 else { return .damaged(index) }
        continue
      }
      guard padding == 0, let value = value(of: byte) else { return .damaged(index) }
      bits = bits << 6 | value
      characters += 1
      if characters.isMultiple(of: 4) {
        for shift in [UInt32(16), 8, 0] { result.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        bits = 0
      }
    }
    guard (characters + padding).isMultiple(of: 4) else { return .cutOff }
    if padding == 1 {
      result.append(UInt8(truncatingIfNeeded: bits >> 10))
      result.append(UInt8(truncatingIfNeeded: bits >> 2))
    } else if padding == 2 {
      result.append(UInt8(truncatingIfNeeded: bits >> 4))
    }
    return .bytes(result)
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5a: UInt32(byte - 0x41)
    case 0x61...0x7a: UInt32(byte - 0x61 + 26)
    case 0x30...0x39: UInt32(byte - 0x30 + 52)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
