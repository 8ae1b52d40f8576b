import Testing

/// The codes of `certificate check`, on which scripts rely, against the manual page.
@Suite struct CodesTests {
  /// The string literals that stand directly behind a marker, line ends and blanks between.
  private func literals(behind marker: String, in text: String) -> [String] {
    text.split(separator: marker, omittingEmptySubsequences: false).dropFirst().compactMap {
      let rest = $0.drop { $0.isWhitespace }
      guard rest.first == "\"" else { return nil }
      return String(rest.dropFirst().prefix { $0 != "\"" })
    }
  }

  private func codes() throws -> Set<String> {
    let files =
      Tree.files(below: "Sources/Certificates/Judgement")
      + Tree.files(below: "Sources/Certificates/Reading")
      + ["Sources/supervisord-ec/Commands/MaterialOptions.swift"]
    var codes: Set<String> = []
    for file in files {
      let text = try Tree.text(file)
      for marker in [
        "Reason(", "refuse(", "code: ", "error.code == 0 ?", "error.code == 0 ? \"too-large\" :",
      ] {
        codes.formUnion(literals(behind: marker, in: text))
      }
    }
    let sorted = try Tree.text("Sources/Certificates/Judgement/VerifyErrors.swift")
    codes.formUnion(literals(behind: ": \"", in: sorted.replacing(": \"", with: ": \"\"")))
    return codes.filter { code in
      !code.isEmpty && code.allSatisfy { $0.isLetter && $0.isLowercase || $0 == "-" }
    }
  }

  @Test func everyCodeOfAReasonIsExplained() throws {
    let page = try Tree.text("docs/supervisord-ec.8").replacing("\\-", with: "-")
    let tags = page.split(separator: "\n").filter { $0.hasPrefix(".B") }
      .flatMap { $0.split { " \",".contains($0) }.map(String.init) }
    let codes = try codes()
    #expect(codes.count >= 30)
    for code in codes.sorted() {
      #expect(tags.contains(code), "supervisord-ec(8) says nothing of the code \"\(code)\"")
    }
  }
}
