import Testing

@testable import Adoption

struct NginxLexerTests {
  private func words(_ text: String) throws -> [[String]] {
    try NginxFileParser.parse(Array(text.utf8), path: "/t").map(\.words)
  }

  @Test func quotesAndEscapesAreTakenAway() throws {
    #expect(
      try words(#"a "b c" 'd;e' "f\"g" h\;i "\t";"#) == [
        ["a", "b c", "d;e", "f\"g", "h\\;i", "\t"]
      ])
  }

  @Test func aVariableInBracesIsPartOfTheWord() throws {
    #expect(
      try words("return 301 https://${host}:8383$request_uri;") == [
        ["return", "301", "https://${host}:8383$request_uri"]
      ])
  }

  @Test func aHashStartsACommentOnlyWhereAWordMayStart() throws {
    #expect(try words("a b#c; # d;\n#e {\nf;") == [["a", "b#c"], ["f"]])
  }

  @Test func braceInsideAWordBelongsToIt() throws {
    #expect(try words("a b};") == [["a", "b}"]])
  }

  @Test func blocksKeepLinesAndRanges() throws {
    let text = "x 1;\nserver {\n  listen 80;\n}\n"
    let parsed = try NginxFileParser.parse(Array(text.utf8), path: "/t")
    #expect(parsed[1].lines == 2...4)
    #expect(parsed[1].children[0].lines == 3...3)
    #expect(Array(text.utf8)[parsed[1].children[0].range].elementsEqual("listen 80;".utf8))
  }

  @Test func aLuaBlockIsSkippedWithItsBraces() throws {
    let text = """
      content_by_lua_block { local t = { a = "}" } -- it's }
        ngx.say('{') }
      next;
      """
    #expect(try words(text) == [["content_by_lua_block"], ["next"]])
  }

  @Test(arguments: [
    "a {", "a }", "}", ";", "{", "a", "\"a", "a \"b\"c;", "a \u{0};", "x_by_lua_block { {",
  ])
  func brokenTextIsAnErrorWithItsLine(_ text: String) {
    #expect(throws: NginxSyntaxError.self) {
      try NginxFileParser.parse(Array(text.utf8), path: "/t")
    }
  }

  @Test func deepNestingIsAnError() {
    let text = String(repeating: "a {", count: 100_000)
    #expect(throws: NginxSyntaxError.self) {
      try NginxFileParser.parse(Array(text.utf8), path: "/t")
    }
  }

  @Test func anErrorNamesFileAndLine() {
    do throws(NginxSyntaxError) {
      _ = try NginxFileParser.parse(Array("a;\n\n}".utf8), path: "/t")
      Issue.record("no error")
    } catch {
      #expect(error.file == "/t" && error.line == 3)
    }
  }
}
