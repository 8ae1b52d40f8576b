import Adoption
import Testing

struct ProposalRefusalTests {
  private func propose(_ text: String, backend: Bool = false) throws -> Proposal {
    let http = "include /n/conf.d/http.conf;"
    let dump = """
      # configuration file /n/nginx.conf:
      http { \(http) include /n/site; }
      # configuration file /n/conf.d/http.conf:
      \(backend ? "server { listen 8020; listen 8383 ssl; }" : "")
      # configuration file /n/main.conf:
      listen 8020;
      # configuration file /n/site:
      \(text)
      """
    let paths = IncludedPaths(site: { "/n/\($0).conf" }, http: "/n/conf.d/http.conf")
    return proposal(
      for: NginxHost.settings, configuration: try NginxConfiguration.parse(dump: Array(dump.utf8)),
      paths: paths, backend: backend, resolvePath: { $0 })
  }

  private func reason(_ text: String, backend: Bool = false) throws -> String {
    guard case .refused(let reason) = try propose(text, backend: backend).outcome else { return "" }
    return reason
  }

  @Test func withoutABlockOnOurPortsTheWayOutIsNamed() throws {
    let reason = try reason("server { listen 9000; }")
    #expect(reason.contains("8020") && reason.contains("--backend"))
    #expect(reason.contains("include /n/main.conf;"))
  }

  @Test func twoBlocksOnThePortAreNamed() throws {
    let reason = try reason("server { listen 8020; server_name a; }\nserver { listen 8020; }")
    #expect(reason.contains("/n/site:1") && reason.contains("/n/site:2"))
    #expect(reason.contains("include /n/main.conf;"))
  }

  @Test func ofManyBlocksTheFirstAreNamed() throws {
    let reason = try reason(String(repeating: "server { listen 8020; }\n", count: 50))
    #expect(reason.contains("and 45 more"))
  }

  @Test func theHTTPPortCountsBeforeTheOthers() throws {
    let proposal = try propose(
      "server { listen 8443 ssl; server_name b; }\nserver { listen 8020; server_name a; }")
    guard case .patch(let diff, _) = proposal.outcome else {
      Issue.record("\(proposal)")
      return
    }
    #expect(String(decoding: diff, as: UTF8.self).contains("-server { listen 8020;"))
  }

  @Test(arguments: [
    ("", ""), ("server_name a;", "server_name b A;"), ("server_name *.a;", "server_name *.a;"),
    ("server_name .a;", "server_name a;"), ("server_name .a;", "server_name *.a;"),
    ("", "server_name '';"),
  ])
  func oneNameOnOneSocketIsRefusedWithBothPlaces(_ ours: String, _ other: String) throws {
    let reason = try reason(
      "server { include /n/main.conf; \(ours) }\nserver { listen 0.0.0.0:8383 ssl; \(other) }")
    #expect(reason.contains("/n/site:1") && reason.contains("/n/site:2"))
    #expect(reason.contains("*:8383"))
  }

  @Test func overlapsAreFoundBeforeTheIncludeIsThere() throws {
    let reason = try reason("server { listen 8020; }\nserver { listen [::]:8443 ssl; }")
    #expect(reason.contains("[::]:8443"))
  }

  @Test(arguments: ["server_name b;", "server_name a.a;", "server_name *.a;"])
  func otherNamesOnOurPortAreFine(_ other: String) throws {
    let proposal = try propose(
      "server { include /n/main.conf; server_name a; }\nserver { listen 8383 ssl; \(other) }")
    #expect(proposal.outcome == .included(serverNames: ["a"]))
  }

  @Test func anOverlapWithTheWholeSiteOfABackendIsRefused() throws {
    #expect(try reason("server { listen 8383 ssl; }", backend: true).contains("*:8383"))
    #expect(
      try propose("server { listen 9000; }", backend: true).outcome == .included(serverNames: []))
  }

  @Test func aPlainListenerOnATLSPortIsRefusedAndTheReverse() throws {
    let mine = "server { include /n/main.conf; server_name a; }\n"
    #expect(try reason(mine + "server { listen 8383; server_name b; }").contains("speaks HTTP on"))
    let reverse = try reason(mine + "server { listen 8020 ssl; server_name b; }")
    #expect(reverse.contains("speaks HTTPS on"))
  }

  @Test func anOverlapWithinARangeOfPortsIsRefused() throws {
    let mine = "server { include /n/main.conf; }\n"
    #expect(try reason(mine + "server { listen 8380-8390 ssl; }").contains("8380-8390"))
  }

  @Test func aBlockOfAnotherServiceIsRefused() throws {
    let text = """
      server { listen 8020; include /x/supervisord-ec/other/main.conf; }
      # configuration file /x/supervisord-ec/other/main.conf:
      listen 9000;
      """
    #expect(try reason(text).contains("/x/supervisord-ec/other/main.conf"))
  }

  @Test func anotherBlockOnTheOldPortIsAWarning() throws {
    let proposal = try propose(
      "server { include /n/main.conf; server_name a; }\nserver { listen 8020; server_name b; }")
    #expect(proposal.outcome == .included(serverNames: ["a"]))
    #expect(proposal.warnings.contains { $0.contains("/n/site:2") && $0.contains("8020") })
  }

  @Test func aSpecificAddressOnOurPortIsAWarning() throws {
    let proposal = try propose(
      "server { include /n/main.conf; }\nserver { listen 10.0.0.1:8443 ssl; }")
    #expect(proposal.warnings.contains { $0.contains("10.0.0.1:8443") })
  }

  @Test func lostListenOptionsAreAWarning() throws {
    let proposal = try propose("server { listen 8020 proxy_protocol; }")
    #expect(proposal.warnings.contains { $0.contains("proxy_protocol") })
  }

  @Test func aRangeOfPortsIsRefused() throws {
    #expect(try reason("server { listen 8000-8100; }").contains("8000-8100"))
  }

  @Test func aLineInASharedSnippetIsRefused() throws {
    let dump = """
      # configuration file /n/nginx.conf:
      http { include h.conf; server { include l; listen 8020; } server { include l; listen 1; } }
      # configuration file /n/h.conf:

      # configuration file /n/l:
      ssl_certificate x;
      """
    let result = proposal(
      for: NginxHost.settings, configuration: try NginxConfiguration.parse(dump: Array(dump.utf8)),
      paths: IncludedPaths(site: { "/n/\($0).conf" }, http: "/n/h.conf"), resolvePath: { $0 })
    guard case .refused(let reason) = result.outcome else {
      Issue.record("\(result)")
      return
    }
    #expect(reason.contains("/n/l"))
  }
}
