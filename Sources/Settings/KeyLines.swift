/// Finds the line of every key in a text that the parser has accepted.
///
/// The parser's binding gives no positions. This is no second parser: what it does not understand
/// costs a line number, nothing else.
struct KeyLines: Equatable, Sendable {
  private var lines: [String: Int] = [:]

  init(_ text: [UInt8]) {
    var scanner = KeyScanner(text)
    scanner.scan()
    lines = scanner.lines
  }

  /// The line in which a key path is first given, from 1.
  subscript(_ path: String) -> Int? { lines[path] }
}

/// Walks over a TOML text, key by key.
///
/// Every loop moves on or stops.
private struct KeyScanner {
  /// Deepest value that is walked through.
  private static let deepest = 64

  private let text: [UInt8]
  private var position = 0
  private var line = 1
  private var table: [String] = []
  var lines: [String: Int] = [:]

  init(_ text: [UInt8]) { self.text = text }

  private var byte: UInt8? { position < text.count ? text[position] : nil }

  private mutating func advance() {
    if byte == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  mutating func scan() {
    while true {
      skipBlank()
      guard byte != nil else { return }
      if byte == UInt8(ascii: "[") {
        advance()
        if byte == UInt8(ascii: "[") { advance() }
        table = key()
        record(table)
        while byte == UInt8(ascii: "]") { advance() }
      } else {
        guard assignment(in: table, depth: 0) else { return }
      }
    }
  }

  /// `key = value`; false where the text is not understood.
  private mutating func assignment(in prefix: [String], depth: Int) -> Bool {
    let own = key()
    let path = Array((prefix + own).prefix(SettingsLimits.depth))
    guard !own.isEmpty, byte == UInt8(ascii: "=") else { return false }
    record(path)
    advance()
    return value(path, depth: depth)
  }

  private mutating func record(_ path: [String]) {
    for count in path.indices {
      let prefix = renderPath(Array(path[...count]))
      if lines[prefix] == nil { lines[prefix] = line }
    }
  }

  /// Parts with dots between them; stops before `=` or `]`.
  ///
  /// What is deeper than settings is left out, since nobody asks for it.
  private mutating func key() -> [String] {
    var parts: [String] = []
    while true {
      skipSpaces()
      guard let start = byte else { break }
      if parts.count == SettingsLimits.depth { parts.removeLast() }
      if start == UInt8(ascii: "\"") || start == UInt8(ascii: "'") {
        parts.append(string())
      } else {
        let from = position
        while let next = byte, isBareKey(String(UnicodeScalar(next))) { advance() }
        guard position > from else { return parts }
        parts.append(String(decoding: text[from..<position], as: UTF8.self))
      }
      skipSpaces()
      guard byte == UInt8(ascii: ".") else { return parts }
      advance()
    }
    return parts
  }

  private mutating func value(_ path: [String], depth: Int) -> Bool {
    guard depth < Self.deepest else { return false }
    skipSpaces()
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      _ = string()
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      return container(path, depth: depth)
    default:
      while let next = byte, !",]}#\n".utf8.contains(next) { advance() }
    }
    return true
  }

  private mutating func container(_ path: [String], depth: Int) -> Bool {
    let isTable = byte == UInt8(ascii: "{")
    advance()
    while true {
      skipBlank()
      guard let next = byte else { return false }
      if next == UInt8(ascii: ",") {
        advance()
      } else if next == UInt8(ascii: "]") || next == UInt8(ascii: "}") {
        advance()
        return true
      } else {
        let before = position
        let isFine =
          isTable ? assignment(in: path, depth: depth + 1) : value(path, depth: depth + 1)
        guard isFine, position > before else { return false }
      }
    }
  }

  /// Any of the four kinds of strings; the content as it is written.
  private mutating func string() -> String {
    guard let quote = byte else { return "" }
    let isLong = text[position...].starts(with: [quote, quote, quote])
    let fence = isLong ? [quote, quote, quote] : [quote]
    for _ in fence { advance() }
    let from = position
    while let next = byte, !text[position...].starts(with: fence) {
      if next == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { advance() }
      advance()
    }
    let content = String(decoding: text[from..<min(position, text.count)], as: UTF8.self)
    for _ in fence { advance() }
    // A long string may end in up to two more quotes that belong to it.
    while isLong, byte == quote { advance() }
    return content
  }

  private mutating func skipSpaces() {
    while let next = byte, next == 32 || next == 9 { advance() }
  }

  private mutating func skipBlank() {
    while let next = byte {
      if next == UInt8(ascii: "#") {
        while let inner = byte, inner != 10 { advance() }
      } else if next == 32 || next == 9 || next == 10 || next == 13 {
        advance()
      } else {
        return
      }
    }
  }
}
