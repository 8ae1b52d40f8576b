import Generations
import Testing

@testable import supervisord_ec

/// What `adopt` and the units' verbs work out by themselves.
@Suite struct AdoptTests {
  @Test(arguments: [
    ("nginx.service", "nginx"), ("Apache2.service", "apache2"), ("my_server.service", "my-server"),
    ("web.console.service", "web-console"), ("tomcat@10.service", "tomcat-10"), ("nginx", "nginx"),
    ("-odd.service", "odd"), ("größe.service", "gr--e"),
  ])
  func aNameIsTakenFromTheUnit(unit: String, name: String) {
    #expect(Adopt.name(from: unit) == name)
  }

  @Test(arguments: [
    "nginx.service", "-.service", "ÄÖ.service", ".service", "", "a@b:c.service",
    String(repeating: "x", count: 200) + ".service", "--ü--a.service",
  ])
  func aNameThatIsTakenIsValidOrEmpty(unit: String) {
    let name = Adopt.name(from: unit)
    #expect(name.isEmpty || ServiceStore.isValidName(name), "\"\(name)\"")
  }

  @Test(arguments: [
    "http://127.0.0.1:8080", "https://console.example.com:8443/app", "http://[::1]:8080",
    "http://a/b%20c~d_e",
  ])
  func aPlainAddressIsABackend(text: String) { #expect(Adopt.isBackend(text)) }

  @Test(arguments: [
    "", "http://", "https:///path", "ftp://a", "127.0.0.1:8080", "HTTP://a", "http://a b",
    "http://a;", "http://a{}", "http://a\n", "http://a$b", "http://a\"", "http://a'", "http://a\\b",
    "http://a#b", "http://ä", "http://a?x=1", "javascript:http://a",
  ])
  func whatCouldBreakOutIsNoBackend(text: String) { #expect(!Adopt.isBackend(text)) }

  @Test func theReasonIsTheFirstLineThatIsAnError() {
    let output = """
      nginx: [warn] conflicting server name
      nginx: [emerg] bind() to 0.0.0.0:80 failed
      nginx: [emerg] another
      """
    #expect(RunCheck.reason(output) == "nginx: [emerg] bind() to 0.0.0.0:80 failed")
  }

  @Test func withoutAnErrorTheFirstLineIsTheReason() {
    #expect(RunCheck.reason("\nSyntax error\non line 1\n") == "Syntax error")
    #expect(RunCheck.reason("") == nil)
    #expect(RunCheck.reason("\n\n") == nil)
  }

  @Test func aLongReasonIsCutOff() {
    #expect(RunCheck.reason(String(repeating: "x", count: 5_000))?.count == 600)
  }
}
