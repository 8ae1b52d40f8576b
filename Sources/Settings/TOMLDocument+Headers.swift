extension TOMLDocument {
  /// Refuses a table header whose name cannot begin so, such as `[?a]`.
  ///
  /// The parser asserts that a key begins there, and ends the process.
  static func refuseHeaderWithoutName(
    _ lines: [ArraySlice<UInt8>], file: String
  ) throws(SettingsProblem) {
    for (number, line) in lines.enumerated() {
      let text = line.drop(while: isBlank)
      guard text.first == UInt8(ascii: "[") else { continue }
      var name = text.dropFirst()
      if name.first == UInt8(ascii: "[") { name = name.dropFirst() }
      name = name.drop(while: isBlank)
      if let first = name.first, canBeginName(first) { continue }
      throw SettingsProblem(
        "syntax", at: Place(file: file, line: number + 1), found: "a header without a name",
        expected: "as [certificate]",
        why: "a header whose name does not begin with a letter, a digit, \"-\", \"_\" or a quote,"
          + " accepted: as [certificate]")
    }
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// What TOML 1.0 lets a key begin with, and what the parser itself refuses in words.
  private static func canBeginName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-_\"']".utf8.contains(byte)
    }
  }
}
