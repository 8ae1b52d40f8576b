import Settings
import Testing

@Suite struct SyntaxTests {
  @Test func aByteOrderMarkAndCRLFAreFine() throws {
    let tree = try Tree()
    let text = "unit = \"nginx.service\"\r\nprofile = \"nginx\"\r\n[channels.agents]\r\nx = 1\r\n"
    try tree.write([0xEF, 0xBB, 0xBF] + Array(text.utf8), to: "\(tree.folders.etc)/a.toml")
    let problems = loadSettings(name: "a", folders: tree.folders).problems
    #expect(problems.map(\.code) == ["unknown-key"])
    #expect(problems.first?.line == 4)
  }

  @Test func brokenTOMLIsOneProblemWithLineAndColumn() throws {
    let found = try #require(try problem("\n[channels.console\nhttps_port = 1\n"))
    #expect(found.code == "syntax")
    #expect(found.line == 4)
    #expect(found.text.contains("not TOML at column "))
  }

  @Test func aKeyGivenTwiceIsRefused() throws {
    let found = try #require(try problem("unit = \"b.service\"\n"))
    #expect(found.code == "syntax")
    #expect(found.line == 3)
  }

  @Test(arguments: [
    "x = 99999999999999999999", "channels.console.https_port = 9223372036854775808",
  ])
  func aNumberBeyondTheRangeOfIntegersIsRefused(line: String) throws {
    #expect(try problem(line)?.code == "syntax")
  }

  @Test func textThatIsNotUTF8IsRefusedWithItsLine() throws {
    let tree = try Tree()
    try tree.write(Array("unit = \"a\"\n# ".utf8) + [0xFC, 10], to: "\(tree.folders.etc)/a.toml")
    let found = loadSettings(name: "a", folders: tree.folders).problems
    #expect(found.map(\.code) == ["not-utf8"])
    #expect(found.first?.line == 2)
  }

  @Test func NULIsRefusedRawAndEscapedSinceItWouldCutAValueShort() throws {
    #expect(try problem("# \u{0}\n")?.code == "syntax")
    #expect(try problem("channels.console.site = \"main\\u0000x\"\n")?.code == "syntax")
    #expect(try problem("\"a\\U00000000b\" = 1\n")?.line == 3)
  }

  @Test func aDateWithoutItsTimeIsRefusedSinceTheParserWouldEndTheProcess() throws {
    for text in ["a = 2026-01-01T:00", "a = [2026-01-01TT00:00:00]", "a = 2026-01-01t-1:00"] {
      #expect(try problem(text + "\n")?.code == "syntax", "\(text)")
    }
    #expect(try load("# until = 2026-01-01T:00\n").settings != nil)
    #expect(try problem("a = 2026-01-01T00:00:00Z\n")?.code == "unknown-key")
  }

  @Test(arguments: [
    "[?a]", "[[?a]]", "[$]", "[ ?a]", "\t[[\t!x]]", "[é]", "[#]", "[.a]", "[=]", "[", "[[", "[\r",
  ])
  func aHeaderWithoutANameIsRefusedSinceTheParserWouldEndTheProcess(text: String) throws {
    let problem = try problem(text + "\n")
    #expect(problem?.code == "syntax")
    #expect(problem?.line == 3)
  }

  @Test(arguments: ["[]", "[ ]", "[[a", "[a.]", "[a..b]", "[\"a]", "[a]b", "[]]"])
  func whatTheParserItselfRefusesOfAHeaderIsToldInItsWords(text: String) throws {
    #expect(try problem(text + "\n")?.code == "syntax")
  }

  @Test func aFileIsTakenUpToItsLimitOnly() throws {
    let filler =
      "#" + String(repeating: "x", count: SettingsLimits.fileBytes - smallest.utf8.count - 1)
    #expect(try load(filler).settings != nil)
    #expect(try problem(filler + "x")?.code == "too-large")
  }

  @Test func deepNestingIsRefusedAndDoesNotOverflowTheStack() throws {
    let lists = "x = " + String(repeating: "[", count: 500_000)
    #expect(try problem(lists)?.code == "syntax")
    let tables = "x = " + String(repeating: "{a=", count: 200_000)
    #expect(try problem(tables)?.code == "syntax")
    let dots = "a" + String(repeating: ".a", count: 400_000) + " = 1"
    #expect(try problem(dots)?.code == "syntax")
    let most = "a" + String(repeating: ".a", count: SettingsLimits.dotsInLine)
    #expect(try problem("[\(most)]\n\(most) = 1\n")?.code == "unknown-key")
    #expect(try problem("[\(most)]\n\(most) = 1\n?")?.code == "syntax")
  }

  @Test func linesAreFoundBehindEveryKindOfValue() throws {
    let text = #"""
      certificate.names = [ # [ "
        "a.example", 'b.example', """
      c.example""",
      ]
      channels.other = { https_port = 1, site = '"', "enabled" = true }
      # channels.console.https_port = 5
      channels."console".https_port = 0
      [channels . agents]
      bind = ["\"", '\']
      https_port = 0
      """#
    let lines = try load(text).problems.reduce(into: [:]) { $0[$1.key ?? ""] = $1.line }
    #expect(lines["channels.console.https_port"] == 9)
    #expect(lines["channels.agents.bind"] == 11)
    #expect(lines["channels.agents.https_port"] == 12)
  }

  @Test func oddValuesAreNamedInOneLine() throws {
    #expect(
      try problem("unit = \"a\\nb\\u001b\\u202e\"", head: "profile = \"p\"\n")?.found
        == #""a\nb\u{1b}\u{202e}""#)
    #expect(try problem("certificate.key = 2026-01-01T00:00:00Z")?.code == "wrong-type")
    #expect(try problem("certificate.key = inf")?.code == "wrong-type")
  }
}
