// Bytes to values and lines. The only file that uses TOMLKit: its handles stay inside one function,
// since they are neither Sendable nor ever freed.
internal import TOMLKit

/// A parsed settings file.
struct TOMLDocument: Equatable, Sendable {
  /// The root table's entries, sorted by key.
  var entries: [TOMLNode.Entry]
  /// Where each key path stands.
  var lines: KeyLines

  /// Parses one file; the only problem that comes back is the first of syntax.
  init(_ bytes: [UInt8], file: String) throws(SettingsProblem) {
    let text = try Self.text(bytes, file: file)
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let place = Place(file: file, line: error.source.begin.line)
      let reason = oneLine(error.description)
      throw SettingsProblem(
        "syntax", at: place, found: reason, expected: "TOML 1.0",
        why: "not TOML at column \(error.source.begin.column): \(reason)")
    } catch {
      throw SettingsProblem(
        "syntax", at: Place(file: file), expected: "TOML 1.0", why: "not TOML: the parser failed")
    }
    entries = Self.entries(of: table, depth: 0)
    lines = KeyLines(Array(text.utf8))
  }

  /// Checks what the parser does not, or what it would not survive.
  private static func text(_ bytes: [UInt8], file: String) throws(SettingsProblem) -> String {
    var content = bytes[...]
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    var line = 1
    var dots = 0
    for byte in content {
      switch byte {
      case UInt8(ascii: "\n"): (line, dots) = (line + 1, 0)
      case UInt8(ascii: "."): dots += 1
      case 0:
        throw SettingsProblem(
          "syntax", at: Place(file: file, line: line), found: "a NUL byte", expected: "text",
          why: "a NUL byte, accepted: text in UTF-8")
      default: break
      }
      guard dots <= SettingsLimits.dotsInLine else {
        throw SettingsProblem(
          "syntax", at: Place(file: file, line: line), found: "a line full of dots",
          expected: "at most \(SettingsLimits.dotsInLine) dots in a line",
          why: "more than \(SettingsLimits.dotsInLine) dots in one line, break it into several")
      }
    }
    let lines = content.split(separator: 10, omittingEmptySubsequences: false)
    guard let text = String(validating: content, as: UTF8.self) else {
      throw SettingsProblem(
        "not-utf8", at: Place(file: file, line: lineOfInvalidText(lines)), expected: "UTF-8",
        why: "not UTF-8, save the file in that encoding")
    }
    try refuseEscapedNUL(lines, file: file)
    try refuseDateWithoutTime(lines, file: file)
    try refuseHeaderWithoutName(lines, file: file)
    return text
  }

  /// An escaped NUL would cut a value or key short on its way through C strings.
  private static func refuseEscapedNUL(
    _ lines: [ArraySlice<UInt8>], file: String
  ) throws(SettingsProblem) {
    for (number, line) in lines.enumerated() {
      for index in line.indices where line[index] == UInt8(ascii: "\\") {
        let rest = line[index...].dropFirst()
        let isNUL =
          rest.starts(with: Array("u0000".utf8)) || rest.starts(with: Array("U00000000".utf8))
        if isNUL {
          throw SettingsProblem(
            "syntax", at: Place(file: file, line: number + 1), found: "an escaped NUL",
            expected: "text", why: "an escaped NUL character, which no setting accepts")
        }
      }
    }
  }

  private static func lineOfInvalidText(_ lines: [ArraySlice<UInt8>]) -> Int? {
    lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
  }

  private static func entries(of table: TOMLTable, depth: Int) -> [TOMLNode.Entry] {
    // Not TOMLTable's own iterator, which unwraps by force.
    table.keys.sorted().compactMap { key in
      table[key].map { TOMLNode.Entry(key: key, value: node($0, depth: depth + 1)) }
    }
  }

  private static func node(_ value: any TOMLValueConvertible, depth: Int) -> TOMLNode {
    guard depth <= SettingsLimits.depth else { return .tooDeep }
    if let text = value.string { return .string(text) }
    if let number = value.int { return .integer(number) }
    if let flag = value.bool { return .boolean(flag) }
    if let number = value.double { return .float(number.description) }
    if let inner = value.table { return .table(entries(of: inner, depth: depth)) }
    if let items = value.array {
      return .array((0..<items.count).map { node(items[$0], depth: depth + 1) })
    }
    return .moment(value.debugDescription)
  }
}

/// A text without line breaks.
func oneLine(_ text: String) -> String {
  String(text.map { $0.isNewline ? " " : $0 })
}
