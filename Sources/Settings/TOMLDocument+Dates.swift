extension TOMLDocument {
  /// Refuses a date whose "T" no time follows; the text of comments is left alone.
  ///
  /// The parser asserts that a time follows, and ends the process.
  static func refuseDateWithoutTime(
    _ lines: [ArraySlice<UInt8>], file: String
  ) throws(SettingsProblem) {
    for (number, line) in lines.enumerated() {
      let isComment = line.first { !isBlank($0) } == UInt8(ascii: "#")
      guard !isComment, hasDateWithoutTime(line) else { continue }
      throw SettingsProblem(
        "syntax", at: Place(file: file, line: number + 1), found: "a date without a time",
        expected: "as 2026-01-31T23:59:00Z",
        why: "a date whose \"T\" no time follows, accepted: as 2026-01-31T23:59:00Z")
    }
  }

  private static func hasDateWithoutTime(_ line: ArraySlice<UInt8>) -> Bool {
    let form = Array("0000-00-00T".utf8)
    guard line.count > form.count else { return false }
    return line.indices.dropLast(form.count).contains { start in
      let date = line[start..<start + form.count]
      let isDate = zip(date, form).allSatisfy { byte, place in
        switch place {
        case UInt8(ascii: "0"): (0x30...0x39).contains(byte)
        case UInt8(ascii: "T"): byte | 0x20 == UInt8(ascii: "t")
        default: byte == place
        }
      }
      return isDate && !(0x30...0x39).contains(line[start + form.count])
        && isValue(line[..<start])
    }
  }

  /// Whether a value begins behind this part of a line.
  private static func isValue(_ before: ArraySlice<UInt8>) -> Bool {
    guard let last = before.last(where: { !isBlank($0) }) else { return true }
    return "=,[{".utf8.contains(last)
  }
}
