import Testing

/// Nothing grows without being noticed.
@Suite struct SizeTests {
  static let fileLines = 400
  static let functionLines = 70
  static let columns = 100

  @Test func noFileIsTooLong() {
    for file in Tree.swift {
      #expect(file.lines.count <= Self.fileLines, "\(file.path)")
    }
  }

  @Test func noLineIsTooLong() {
    for file in Tree.swift {
      for (index, line) in file.lines.enumerated() {
        // The mark that joins a line of text to the next one does not count.
        let text = line.hasSuffix(" \\") ? line.dropLast(2) : line[...]
        if text.count > Self.columns {
          Issue.record("\(file.path):\(index + 1) has \(text.count) columns")
        }
      }
    }
  }

  @Test func noFunctionIsTooLong() {
    for file in Tree.swift {
      for function in Self.functions(in: file) where function.length > Self.functionLines {
        Issue.record("\(file.path):\(function.line) goes on for \(function.length) lines")
      }
    }
  }

  /// First line and length of every body, by the indentation that the formatter gives.
  static func functions(in file: SwiftFile) -> [(line: Int, length: Int)] {
    var result: [(line: Int, length: Int)] = []
    for (index, line) in file.code.enumerated() where isDeclaration(line) {
      let indent = line.prefix { $0 == " " }
      let rest = file.code[index...]
      guard let opening = rest.firstIndex(where: { $0.hasSuffix("{") || $0.isEmpty }),
        file.code[opening].hasSuffix("{"),
        let closing = file.code[opening...].dropFirst().firstIndex(where: { $0 == "\(indent)}" })
      else { continue }
      result.append((index + 1, closing - index + 1))
    }
    return result
  }

  private static func isDeclaration(_ line: String) -> Bool {
    let words = line.split { $0 == " " || $0 == "(" || $0 == "<" }
    return words.prefix(4).contains { ["func", "init", "init?", "deinit", "var"].contains($0) }
      && !line.hasSuffix("}")
  }

  @Test func functionsAreFound() {
    let text = """
      struct A {
        func f(
          a: Int
        ) {
          if a {
          }
        }

        var one: Int { 1 }
        var two: Int {
          2
        }
      }
      """
    let found = Self.functions(in: SwiftFile(path: "a.swift", text: text))
    #expect(found.map(\.line) == [2, 10])
    #expect(found.map(\.length) == [6, 3])
  }
}
