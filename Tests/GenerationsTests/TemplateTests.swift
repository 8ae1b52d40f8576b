import Testing

@testable import Generations

@Suite struct TemplateTests {
  private func render(
    _ text: String, _ scope: TemplateScope = [:]
  ) throws(ProfileError) -> String {
    try Template(text, file: "t.conf").render(scope)
  }

  private func place(_ text: String, _ scope: TemplateScope = [:]) -> String? {
    do throws(ProfileError) {
      _ = try render(text, scope)
      return nil
    } catch {
      return error.place
    }
  }

  @Test func textWithoutTagsIsKept() throws {
    #expect(try render("a {\n  $b;\n}\n") == "a {\n  $b;\n}\n")
  }

  @Test func valuesListsAndFlagsAreRendered() throws {
    let ports: [TemplateScope] = [
      ["port": .text(try .port(1)), "tls": .flag(true)],
      ["port": .text(try .port(2)), "tls": .flag(false)],
    ]
    let text = "{{#ports}}\n{{port}}{{#tls}} ssl{{/tls}}{{^tls}} -{{/tls}};\n{{/ports}}\nend\n"
    #expect(try render(text, ["ports": .list(ports)]) == "1 ssl;\n2 -;\nend\n")
    #expect(try render(text, ["ports": .list([])]) == "end\n")
  }

  @Test func anEmptyListRendersTheOpposite() throws {
    #expect(try render("a{{^x}} none{{/x}}\n", ["x": .list([])]) == "a none\n")
  }

  @Test func commentsAndSectionLinesLeaveNoLine() throws {
    #expect(try render("a\n  {{! why }}\nb\n") == "a\nb\n")
  }

  @Test func anUnknownNameIsAnErrorWithFileAndLine() {
    #expect(place("ok\n{{nothing}}\n") == "t.conf:2")
    #expect(place("{{#nothing}}\n{{/nothing}}\n") == "t.conf:1")
  }

  @Test(arguments: [
    ("a\n{{x\n", 2), ("{{#x}}\n", 1), ("{{/x}}\n", 1), ("{{#x}}\n{{/y}}\n", 2), ("{{X}}\n", 1),
    ("{{}}\n", 1), ("{{ x }}\n", 1), ("{{x}}\n", 1), ("{{#t}}\n{{/t}}\n", 1),
    (String(repeating: "{{#x}}", count: 40), 1),
  ])
  func whatIsNotWellFormedIsAnError(_ text: String, _ line: Int) throws {
    let scope: TemplateScope = ["x": .flag(true), "t": .text(try .port(1))]
    #expect(place(text, scope) == "t.conf:\(line)")
  }
}

@Suite struct SafeTextTests {
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0"), ("::", "[::]"), ("0:0:0:0:0:0:0:0", "[::]"), ("FE80::1", "[fe80::1]"),
  ])
  func addressesAreCanonical(_ text: String, _ rendered: String) throws {
    #expect(try SafeText.address(text).text == rendered)
  }

  @Test(arguments: ["", "*", "1.2.3", "[::]", "fe80::1%eth0", "0.0.0.0;", "::\u{0}", "host"])
  func whatIsNoAddressIsRefused(_ text: String) {
    #expect(throws: ProfileError.self) { try SafeText.address(text) }
  }

  @Test(arguments: [0, -1, 65_536])
  func whatIsNoPortIsRefused(_ port: Int) {
    #expect(throws: ProfileError.self) { try SafeText.port(port) }
  }

  @Test(arguments: [
    ("http://127.0.0.1:9000", "http://127.0.0.1:9000"), ("https://app.local/", "https://app.local"),
    ("http://[::1]:80", "http://[::1]:80"),
    ("http://unix:/run/app.sock", "http://unix:/run/app.sock"),
  ])
  func backendsAreTaken(_ url: String, _ rendered: String) throws {
    #expect(try SafeText.backend(url).text == rendered)
  }

  @Test(arguments: [
    "", "127.0.0.1:9000", "ftp://a", "http://", "http://a/path", "http://a?x", "http://u@a",
    "http://a:0", "http://a:b", "http://a:", "http://a\";", "http://a;}", "http://a\n",
    "http://a b",
    "http://$host", "http://{a}", "http://a'", "http://a\\", "http://a#", "http://[::1",
    "http://[x]",
    "http://[::1]x", "http://unix:run", "http://unix:/run/a;", "http://unix:/run/../etc/x",
    "http://unix:/a:b", "http://ä", "http://a\u{0}",
  ])
  func backendsThatCouldBreakOutAreRefused(_ url: String) {
    #expect(throws: ProfileError.self) { try SafeText.backend(url) }
  }

  @Test(arguments: ["a b", "a;", "a{", "$x", "\"a\"", "~^a", "a\n", "", "#", "ä.example", "a/b"])
  func serverNamesThatCouldBreakOutAreRefused(_ name: String) {
    #expect(throws: ProfileError.self) { try SafeText.serverName(name) }
  }

  @Test(arguments: ["relative", "/a/../b", "/a b", "/a;", "/a\n", "/$a", ""])
  func pathsThatCouldBreakOutAreRefused(_ path: String) {
    #expect(throws: ProfileError.self) { try SafeText.path(path) }
  }

  @Test func anErrorShowsNoControlCharacters() {
    let error = #expect(throws: ProfileError.self) { try SafeText.backend("http://a\n\u{1b}[1m") }
    #expect(error?.description.contains("\n") == false)
    #expect(error?.description.contains("\u{1b}") == false)
  }
}
