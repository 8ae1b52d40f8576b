import Adoption
import Planner
import Testing

/// Diffs are applied by patch(1), and the result is checked by nginx.
@Suite(.enabled(if: Programs.haveNginx && Programs.havePatch))
struct ProposalPatchTests {
  @Test func theListenLineBecomesTheInclude() throws {
    let host = try NginxHost(
      site: """
        server {
            listen 8020;
            server_name console.example.com;
            root /srv/console;
        }

        """)
    let diff = try host.proposeAndPatch()
    #expect(diff.contains("-    listen 8020;\n+    \(host.includeLine)\n"))
    #expect(diff.hasPrefix("--- a\(host.sandbox.root)\(NginxHost.site)\n"))
    #expect(try host.propose().outcome == .included(serverNames: ["console.example.com"]))
  }

  @Test func allListenersOnOurPortsGoAndOthersStay() throws {
    let host = try NginxHost(
      site: """
        map $http_upgrade $mapped { default "up{grade}"; '' close; "~*a{2}" x; }
        server {
            # people come here
            listen 8020 default_server;  # the console
            listen [::]:8020 default_server ipv6only=on;
            listen 127.0.0.1:8090;
            server_name console.example.com "~^c(?<n>[0-9]{2})$";
            location ~ "^/a{3}" { return 403 "it's; }"; }
        }

        """)
    try host.proposeAndPatch()
    let text = try host.sandbox.text(NginxHost.site)
    #expect(text.contains("    \(host.includeLine)  # the console\n    listen 127.0.0.1:8090;"))
    #expect(text.contains("# people come here") && !text.contains("listen [::]"))
    #expect(try host.propose().warnings.contains { $0.contains("127.0.0.1:8090") })
  }

  @Test func aBlockOnOneLineIsEditedInPlace() throws {
    let host = try NginxHost(
      site: "server { listen 8020; listen [::]:8020; root /x; } # one line\n")
    try host.proposeAndPatch()
    #expect(
      try host.sandbox.text(NginxHost.site)
        == "server { \(host.includeLine) root /x; } # one line\n"
    )
  }

  @Test func severalDirectivesOnALineAndADirectiveOnSeveralLines() throws {
    let host = try NginxHost(
      site: "server {\n  root /x; listen\n    8020\n  ;\n  listen [::]:8020; index a; # c\n}\n")
    try host.proposeAndPatch()
    #expect(
      try host.sandbox.text(NginxHost.site)
        == "server {\n  root /x; \(host.includeLine)\n  index a; # c\n}\n")
  }

  @Test func carriageReturnsAreKept() throws {
    let host = try NginxHost(site: "server {\r\n\tlisten 8020;\r\n\troot /x;\r\n}\r\n")
    try host.proposeAndPatch()
    #expect(
      try host.sandbox.text(NginxHost.site)
        == "server {\r\n\t\(host.includeLine)\r\n\troot /x;\r\n}\r\n")
  }

  @Test func aFileWithoutALastNewlineStaysSo() throws {
    let host = try NginxHost(site: "server {\n  listen 8020;\n}")
    #expect(try host.proposeAndPatch().contains("\\ No newline at end of file\n"))
    #expect(try host.sandbox.text(NginxHost.site) == "server {\n  \(host.includeLine)\n}")
  }

  @Test func textThatIsNotUTF8IsKept() throws {
    let host = try NginxHost()
    try host.site(
      Array("server {\n  # caf".utf8) + [0xE9, 0x0A] + Array("  listen 8020;\n}\n".utf8))
    try host.proposeAndPatch()
    #expect(try host.sandbox.bytes(NginxHost.site).contains(0xE9))
  }

  @Test func theCertificateLinesGoWithTheListeners() throws {
    let host = try NginxHost()
    let root = host.sandbox.root
    try host.makeCertificate("old")
    try host.makeCertificate("new")
    try host.sandbox.write(
      "/etc/nginx/supervisord-ec/console/main.conf",
      "listen 8020; listen 8383 ssl;\nssl_certificate \(root)/new.pem;\n"
        + "ssl_certificate_key \(root)/new.key;\n")
    try host.site(
      """
      server {
        listen 8020;
        listen 8383 ssl http2;
        ssl_certificate \(root)/old.pem;
        ssl_certificate_key \(root)/old.key;
        ssl_protocols TLSv1 TLSv1.2;
        ssl_session_timeout 5m;
        error_page 497 https://$host:1$request_uri;
        error_page 404 /404.html;
      }

      """)
    try host.proposeAndPatch()
    let expected = "  \(host.includeLine)\n  ssl_session_timeout 5m;\n  error_page 404 /404.html;\n"
    #expect(try host.sandbox.text(NginxHost.site) == "server {\n\(expected)}\n")
  }

  @Test func aListenerInASnippetIsTakenOutThereAndTheIncludeStaysInTheBlock() throws {
    let host = try NginxHost(site: "server {\n  include snippets/l.conf;\n  root /x;\n}\n")
    try host.sandbox.write("/etc/nginx/snippets/l.conf", "listen 8020;\nindex a;\n")
    try host.proposeAndPatch()
    #expect(try host.sandbox.text("/etc/nginx/snippets/l.conf") == "index a;\n")
    #expect(
      try host.sandbox.text(NginxHost.site)
        == "server {\n  \(host.includeLine)\n  include snippets/l.conf;\n  root /x;\n}\n")
  }

  @Test func aMissingIncludeAtTheLevelOfHTTPIsProposedToo() throws {
    let host = try NginxHost(site: "server {\n  listen 8020;\n}\n")
    let main = "/etc/nginx/nginx.conf"
    let lines = try host.sandbox.text(main).split(separator: "\n", omittingEmptySubsequences: false)
    try host.sandbox.write(
      main, lines.filter { !$0.contains("conf.d") }.joined(separator: "\n"))
    let diff = try host.proposeAndPatch()
    #expect(diff.contains("+\tinclude \(host.paths.http);\n"))
    #expect(try host.propose().outcome == .included(serverNames: []))
  }

  @Test func eachSiteGetsItsOwnBlock() throws {
    let host = try NginxHost(
      site: """
        server {
          listen 8020;
          server_name c;
        }
        server {
          listen 8443;
          server_name r;
        }

        """)
    host.settings.channels[2].site = "remote"
    try host.sandbox.write("/etc/nginx/supervisord-ec/console/remote.conf", "listen 8443;\n")
    try host.proposeAndPatch()
    let text = try host.sandbox.text(NginxHost.site)
    #expect(text.contains("  \(host.includeLine)\n  server_name c;"))
    #expect(text.contains("  include \(host.paths.site("remote"));\n  server_name r;"))
    #expect(try host.propose().outcome == .included(serverNames: ["c", "r"]))
  }

  @Test func aBlockThatListensByDefaultGetsTheIncludeAtItsStart() throws {
    let host = try NginxHost(site: "server {   # default port\n\troot /x;\n}\n")
    host.settings.channels[0].plain?.httpPort = 80
    try host.sandbox.write("/etc/nginx/supervisord-ec/console/main.conf", "listen 8081;\n")
    try host.proposeAndPatch()
    #expect(
      try host.sandbox.text(NginxHost.site)
        == "server {   # default port\n\t\(host.includeLine)\n\troot /x;\n}\n")
  }

  @Test func aListenerLeftBesideTheIncludeIsProposedForRemoval() throws {
    let host = try NginxHost()
    try host.site("server {\n  \(host.includeLine)\n  listen 127.0.0.1:8020;\n}\n")
    let diff = try host.proposeAndPatch()
    #expect(diff.contains("-  listen 127.0.0.1:8020;\n"))
    #expect(try host.propose().outcome == .included(serverNames: []))
  }

  @Test func anIncludeByPatternCounts() throws {
    let host = try NginxHost(
      site: "server { include supervisord-ec/*/*.conf; server_name .a.b; }\n")
    #expect(try host.propose().outcome == .included(serverNames: ["a.b"]))
  }
}
