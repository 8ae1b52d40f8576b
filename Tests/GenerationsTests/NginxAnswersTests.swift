import Files
import Generations
import Planner
import Testing

/// What a real nginx answers with the rendered configuration.
@Suite(.enabled(if: isInstalled("nginx") && isInstalled("openssl") && isInstalled("curl")))
struct NginxAnswersTests {
  let server: NginxServer
  let http: Int
  let https: Int
  let second: Int

  init() throws {
    server = try NginxServer()
    http = try NginxServer.freePort()
    https = try NginxServer.freePort()
    second = try NginxServer.freePort()
  }

  private func start(
    _ proto: WebProtocol, after: AfterHTTPS = .redirect, backend: String? = nil
  ) throws {
    let channels = [
      console(proto, https: https, http: http, after: after, bind: ["127.0.0.1", "::1"]),
      channel("agents", https, bind: ["127.0.0.1"]), channel("remote", second, bind: ["127.0.0.1"]),
    ]
    let files = try Profile.load(name: "nginx", root: profiles).render(
      target(channels, backend: backend), generationPath: server.generation,
      publicPath: server.publicPath, serverNames: ["console.example.com"])
    try server.install(files, sites: backend == nil ? ["main.conf"] : [])
    try server.start()
  }

  private let bundle = "/.well-known/supervisord-ec/trust-bundle"

  @Test func beforeEnforcementBothProtocolsServe() throws {
    try start(.http)
    #expect(try server.ask("http://127.0.0.1:\(http)/").hasPrefix("HTTP/1.1 200"))
    #expect(try server.ask("https://127.0.0.1:\(https)/").hasPrefix("HTTP/1.1 200"))
    #expect(try server.ask("https://[::1]:\(https)/").hasPrefix("HTTP/1.1 200"))
    #expect(try server.ask("https://127.0.0.1:\(second)/").hasPrefix("HTTP/1.1 200"))
  }

  @Test(arguments: ["", "-I"])
  func afterEnforcementTheOldPortRedirectsGETAndHEAD(_ method: String) throws {
    try start(.https)
    for host in ["127.0.0.1", "[::1]"] {
      let answer = try server.ask("http://\(host):\(http)/a%20b?c=d", method)
      #expect(answer.hasPrefix("HTTP/1.1 308"))
      #expect(answer.contains("\nLocation: https://\(host):\(https)/a%20b?c=d\n"))
      #expect(answer.contains("\nCache-Control: no-store\n"))
    }
    #expect(try server.ask("https://127.0.0.1:\(https)/").hasPrefix("HTTP/1.1 200"))
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS"])
  func afterEnforcementTheOldPortRefusesOtherMethods(_ method: String) throws {
    try start(.https)
    for path in ["/login", bundle] {
      let answer = try server.ask("http://127.0.0.1:\(http)\(path)", "-X \(method) -d a=b")
      #expect(answer.hasPrefix("HTTP/1.1 403"))
      #expect(!answer.contains("\nLocation:"))
      #expect(answer.contains("\nCache-Control: no-store\n"))
      #expect(answer.contains("https:// address."))
    }
  }

  @Test func closedMeansThatNobodyListens() throws {
    try start(.https, after: .closed)
    #expect(try server.ask("http://127.0.0.1:\(http)/").contains("curl: (7)"))
    #expect(try server.ask("https://127.0.0.1:\(https)/").hasPrefix("HTTP/1.1 200"))
  }

  @Test func plainHTTPOnATLSPortIsSentToHTTPSOnTheSamePort() throws {
    try start(.https)
    for port in [https, second] {
      let answer = try server.ask("http://127.0.0.1:\(port)/x?y")
      #expect(answer.hasPrefix("HTTP/1.1 308"))
      #expect(answer.contains("\nLocation: https://127.0.0.1:\(port)/x?y\n"))
      #expect(answer.contains("\nCache-Control: no-store\n"))
    }
    let post = try server.ask("http://127.0.0.1:\(https)/login", "-d secret=1")
    #expect(post.hasPrefix("HTTP/1.1 403"))
    #expect(!post.contains("\nLocation:"))
  }

  @Test func theTrustBundleIsServedOnEveryPortOnceItIsThere() throws {
    try start(.https)
    let urls = ["http://127.0.0.1:\(http)\(bundle)", "https://127.0.0.1:\(https)\(bundle)"]
    for url in urls { #expect(try server.ask(url).hasPrefix("HTTP/1.1 404")) }
    try server.bench.write("signed", to: "public/trust-bundle")
    for url in urls {
      let answer = try server.ask(url)
      #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("signed"))
      #expect(answer.contains("\nContent-Type: application/cms\n"))
      #expect(answer.contains("\nCache-Control: no-store\n"))
    }
  }

  @Test func nothingOlderThanTLS12IsSpoken() throws {
    try start(.https)
    let address = "https://127.0.0.1:\(https)/"
    let ciphers = "--ciphers 'DEFAULT@SECLEVEL=0'"
    #expect(try server.ask(address, "\(ciphers) --tlsv1.0 --tls-max 1.1").contains("curl: (35)"))
    #expect(try server.ask(address, "--tlsv1.2 --tls-max 1.2").hasPrefix("HTTP/1.1 200"))
    #expect(!(try server.ask(address)).contains("Strict-Transport-Security"))
  }

  @Test func aBackendIsReachedWithWhatItNeedsToKnow() throws {
    let backend = try NginxServer()
    let port = try NginxServer.freePort()
    let echo = "$http_host $http_x_forwarded_proto $http_x_forwarded_for $http_x_forwarded_host "
    try backend.install(["http.conf": []], sites: [])
    try backend.bench.write(
      """
      server {
        listen 127.0.0.1:\(port);
        location / { return 200 "\(echo)[$http_upgrade][$http_connection]$request_uri\\n"; }
      }

      """, to: "generation/http.conf")
    try backend.start()
    try start(.https, backend: "http://127.0.0.1:\(port)")
    let host = "127.0.0.1:\(https)"
    let spoofed = "-H 'X-Forwarded-For: 6.6.6.6' -H 'X-Forwarded-Proto: http'"
    let plain = try server.ask("https://\(host)/a%2Fb?c", spoofed)
    #expect(plain.hasSuffix("\(host) https 127.0.0.1 \(host) [][]/a%2Fb?c\n"))
    let upgrade = try server.ask(
      "https://\(host)/", "-H 'Upgrade: websocket' -H 'Connection: Upgrade'")
    #expect(upgrade.contains("[websocket][upgrade]/"))
  }
}
