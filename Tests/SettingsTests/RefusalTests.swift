import Settings
import Testing

/// One line of settings and what is said about it.
struct Refused: Sendable, CustomTestStringConvertible {
  var line: String
  var code: String
  var key: String
  /// A part of the text, the value found or what is accepted.
  var says: String
  var testDescription: String { line }

  init(_ line: String, _ code: String, _ key: String, says: String) {
    (self.line, self.code, self.key, self.says) = (line, code, key, says)
  }
}

private let refused = [
  Refused(
    "channels.console.https_port = 99999", "out-of-range", "channels.console.https_port",
    says: "is 99999, accepted: a whole number from 1 to 65535"),
  Refused(
    "channels.agents.https_port = 0", "out-of-range", "channels.agents.https_port", says: "0"),
  Refused(
    "channels.console.https_port = \"8383\"", "wrong-type", "channels.console.https_port",
    says: "the text \"8383\""),
  Refused(
    "channels.console.http_port = 80.5", "wrong-type", "channels.console.http_port", says: "80.5"),
  Refused(
    "channels.console.protocol = \"htps\"", "bad-value", "channels.console.protocol",
    says: "\"http\" or \"https\""),
  Refused(
    "channels.console.enforce_https_after = 30", "wrong-type",
    "channels.console.enforce_https_after", says: "write \"30d\""),
  Refused(
    "channels.console.enforce_https_after = \"91d\"", "out-of-range",
    "channels.console.enforce_https_after", says: "1s to 90d"),
  Refused(
    "channels.console.enforce_https_after = \"0s\"", "out-of-range",
    "channels.console.enforce_https_after", says: "1s to 90d"),
  Refused(
    "channels.console.enforce_https_after = \"never\"", "bad-value",
    "channels.console.enforce_https_after", says: "whole number is missing"),
  Refused(
    "channels.console.enabled = false", "bad-value", "channels.console.enabled",
    says: "no service without its console"),
  Refused(
    "channels.console.bind = []", "bad-value", "channels.console.bind", says: "an empty list"),
  Refused(
    "channels.console.bind = [\"::\", \"0:0::0\"]", "bad-value", "channels.console.bind",
    says: "\"::\" twice"),
  Refused(
    "channels.console.bind = [\"[::]\"]", "bad-value", "channels.console.bind", says: "[::]"),
  Refused(
    "channels.console.bind = [\"::ffff:192.0.2.1\"]", "bad-value", "channels.console.bind",
    says: "::ffff"),
  Refused(
    "channels.console.bind = [\"::\", 4]", "wrong-type", "channels.console.bind",
    says: "the number 4"),
  Refused(
    "channels.agents.site = \"Main\"", "bad-value", "channels.agents.site", says: "\"Main\""),
  Refused("channels.other.site = \"a\"", "missing-key", "channels.other.https_port", says: "1 to"),
  Refused("channels.\"a b\".https_port = 1", "bad-name", "channels.\"a b\"", says: "a-z"),
  Refused("channels = 5", "wrong-type", "channels", says: "written [channels]"),
  Refused("[[channels]]\nx = 1", "wrong-type", "channels", says: "a list"),
  Refused(
    "certificate.source = \"followed\"\ncertificate.key_file = \"/k\"", "missing-key",
    "certificate.certificate", says: "absolute path"),
  Refused("certificate.names = [\"a_b\"]", "bad-value", "certificate.names", says: "\"a_b\""),
  Refused("certificate.names = [\"1.2.3.400\"]", "bad-value", "certificate.names", says: "400"),
  Refused("certificate.names = [\"a.*.b\"]", "bad-value", "certificate.names", says: "a.*.b"),
  Refused(
    "certificate.names = [\"A.example\", \"a.example\"]", "bad-value", "certificate.names",
    says: "twice"),
  Refused(
    "certificate.names = [\"bücher.example\"]", "bad-value", "certificate.names",
    says: "\"xn--bcher-kva.example\""),
  Refused(
    "certificate.lifetime = \"398d\"", "out-of-range", "certificate.lifetime", says: "1h to 397d"),
  Refused(
    "certificate.lifetime = \"1min\"", "out-of-range", "certificate.lifetime", says: "1h to 397d"),
  Refused(
    "certificate = { lifetime = \"60d\", renewal_window = \"30d\" }", "out-of-range",
    "certificate.renewal_window", says: "less than half of \"certificate.lifetime\""),
  Refused(
    "restart.force_before_expiry = \"30d\"", "out-of-range", "restart.force_before_expiry",
    says: "less than \"certificate.renewal_window\", which is \"30d\""),
  Refused(
    "restart.verify_within = \"11min\"", "out-of-range", "restart.verify_within",
    says: "1s to 10min"),
  Refused(
    "restart.window = { length = \"2h\" }", "missing-key", "restart.window.start",
    says: "calendar expression"),
  Refused(
    "restart.window = { start = \"--help\" }", "bad-value", "restart.window.start",
    says: "calendar expression"),
  Refused(
    "restart.window = { start = \"Sun 03:00\", length = \"8d\" }", "out-of-range",
    "restart.window.length", says: "1min to 7d"),
  Refused(
    "certificate.source = \"imported\"", "missing-key", "certificate.imported",
    says: "certificate import console"),
  Refused(
    "certificate.imported = \"ABC\"", "bad-value", "certificate.imported", says: "64 digits"),
  Refused("hold.until = \"tomorrow\"", "bad-value", "hold.until", says: "a moment"),
  Refused(
    "certificate.key_file = \"k.pem\"", "bad-value", "certificate.key_file",
    says: "absolute path"),
  Refused(
    "certificate.certificate = \"/srv/../c.pem\"", "bad-value", "certificate.certificate",
    says: "absolute path"),
  Refused(
    "certificate.certificate = \"/var/lib/supervisord-ec/x/current/chain.pem\"", "bad-value",
    "certificate.certificate", says: "outside of the folders of supervisord-ec"),
  Refused(
    "agents.trusted_communication = true", "bad-value", "agents.trusted_communication",
    says: "public CA"),
  Refused(
    "agents.trusted_communication = \"no\"", "wrong-type", "agents.trusted_communication",
    says: "the text \"no\""),
  Refused(
    "channels.console.http_port = 8443", "conflict", "channels.console.http_port",
    says: "8443, and so is \"channels.remote-control.https_port\""),
  Refused(
    "channels.agents.site = \"other\"", "conflict", "channels.agents.https_port",
    says: "line 3: \"channels.agents.https_port\" is 8383 on site \"other\", and so is"),
]

@Suite struct RefusalTests {
  @Test(arguments: refused)
  func aBadValueIsNamedWithWhatIsAccepted(row: Refused) throws {
    let problem = try #require(try problem(row.line))
    #expect(problem.code == row.code)
    #expect(problem.key == row.key)
    #expect(problem.text.contains(row.says), "\(problem.text)")
    #expect(!problem.text.contains("\n"))
  }

  @Test(arguments: [
    ("nginx", "\"nginx.service\""), ("nginx.socket", "no template"),
    ("nginx@.service", "\"nginx@NAME.service\""), ("@a.service", "no template"),
    (".service", "no template"), ("../x.service", "no template"), ("a b.service", "no template"),
  ])
  func aUnitIsOneService(unit: String, says: String) throws {
    let found = try #require(try problem("", head: "unit = \"\(unit)\"\nprofile = \"nginx\"\n"))
    #expect(found.code == "bad-value")
    #expect(found.text.contains(says), "\(found.text)")
  }

  /// Vectors of RFC 3492 and of registries.
  @Test(arguments: [
    ("MÜNCHEN.example", "\"xn--mnchen-3ya.example\""), ("faß.de", "\"xn--fa-hia.de\""),
    ("例え.jp", "\"xn--r8jz45g.jp\""), ("пример.рф", "\"xn--e1afmkfd.xn--p1ai\""),
    ("*.bücher.example", "\"*.xn--bcher-kva.example\""),
    // A combining mark would have to be composed first, an emoji is no letter.
    ("bu\u{308}cher.example", "begins with \"xn--\""), ("💥.example", "begins with \"xn--\""),
  ])
  func aNameThatIsNotASCIIIsRefusedWithItsALabel(name: String, says: String) throws {
    let found = try #require(try problem("certificate.names = [\"\(name)\"]"))
    #expect(found.code == "bad-value")
    #expect(found.text.contains(says), "\(found.text)")
  }

  @Test(arguments: ["tomcat@a.service", "a@b@c.service", "dbus-org.x.service", "a\\\\x2db.service"])
  func instancesAndEscapesAreServicesToo(unit: String) throws {
    #expect(try load("", head: "unit = \"\(unit)\"\nprofile = \"nginx\"\n").settings != nil)
  }

  @Test func everythingThatIsWrongIsSaidAtOnceWithItsLine() throws {
    let text = """
      profil = "nginx"
      [channels.console]
      https_port = 99999
      bind = [
        "0.0.0.0", # all
        5,
      ]
      protocol = 'ftp'
      """
    let problems = try load(text, head: "").problems
    #expect(
      problems.map { "\($0.code) \($0.key ?? "") \($0.line ?? 0)" } == [
        "wrong-type channels.console.bind 4", "unknown-key profil 1",
        "out-of-range channels.console.https_port 3", "bad-value channels.console.protocol 8",
        "missing-key unit 0", "missing-key profile 0",
      ])
  }

  @Test func aTextNamesFileLineValueAndWhatIsAccepted() throws {
    let tree = try Tree()
    let path = "\(tree.folders.etc)/console.toml"
    try tree.write(smallest + "channels.console.https_port = 99999\n", to: path)
    let loaded = loadSettings(name: "console", folders: tree.folders)
    #expect(
      loaded.problems.map(\.text) == [
        "\"\(path)\", line 3: \"channels.console.https_port\" is 99999, accepted: a whole number"
          + " from 1 to 65535"
      ])
  }

  @Test func oneWrongPortCausesNoSecondProblem() throws {
    #expect(try problem("channels.console.http_port = 0")?.code == "out-of-range")
    #expect(
      try problem("channels.agents = { site = \"x\", https_port = 0 }")?.code == "out-of-range")
    #expect(try problem("certificate = { lifetime = \"1s\", renewal_window = \"90d\" }") != nil)
  }

  @Test func sitesMayShareAPortOnAddressesOfTheirOwn() throws {
    let apart = """
      channels.console.bind = ["192.0.2.1"]
      channels.agents = { site = "agents", bind = ["192.0.2.2"] }
      """
    #expect(try load(apart).settings != nil)
    #expect(try problem(apart.replacing("192.0.2.2", with: "0.0.0.0"))?.code == "conflict")
  }
}
