import Testing

/// docs/reliability.md names tests: they exist, so that nobody relies on one that was renamed.
@Suite struct PromiseTests {
  /// What stands in `code` of a text: words of lower-case and upper-case letters, digits and "_".
  static func names(in text: String) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }

  @Test func everyTestThatIsNamedExists() throws {
    let endToEnd = Tree.files(below: "Tests/EndToEnd").filter { $0.hasSuffix(".py") }
    let python = try endToEnd.map(Tree.text).joined()
    let types = Tree.swift.filter { $0.path.hasPrefix("Tests/") }
      .compactMap { $0.path.split(separator: "/").last?.dropLast(".swift".count) }
    for name in Self.names(in: try Tree.text("docs/reliability.md")) {
      if name.hasPrefix("test_"), !name.hasSuffix(".py") {
        #expect(python.contains("def \(name)("), "docs/reliability.md names \(name)")
      } else if name.hasPrefix("test_") {
        #expect(endToEnd.contains("Tests/EndToEnd/\(name)"), "docs/reliability.md names \(name)")
      } else if name.first?.isUppercase == true, name.allSatisfy(\.isLetter) {
        #expect(types.contains { $0 == name }, "docs/reliability.md names \(name)")
      }
    }
  }
}
