import Adoption
import Testing

struct NginxConfigurationTests {
  private func parse(_ files: [(String, String)]) throws -> NginxConfiguration {
    let dump = files.map { "# configuration file \($0.0):\n\($0.1)\n" }.joined()
    return try NginxConfiguration.parse(dump: Array(dump.utf8))
  }

  @Test func contentsAreExactWithAndWithoutALastNewline() throws {
    let parsed = try parse([("/n/nginx.conf", "a;\n"), ("/n/b", "b;"), ("/n/c", "")])
    #expect(parsed.files.map(\.contents) == [Array("a;\n".utf8), Array("b;".utf8), []])
  }

  @Test func aCommentLikeAHeaderIsNoHeaderWhereTheFileIsKnown() throws {
    let fake = "a;\n# configuration file /n/x:\nb;\n"
    let dump = "# configuration file /n/nginx.conf:\n\(fake)\n# configuration file /n/y:\nc;\n"
    let known = ["/n/nginx.conf": Array(fake.utf8)]
    let parsed = try NginxConfiguration.parse(dump: Array(dump.utf8)) { known[$0] }
    #expect(parsed.files.map(\.path) == ["/n/nginx.conf", "/n/y"])
  }

  @Test func includesAreFollowedRelativeAndByPattern() throws {
    let parsed = try parse([
      ("/n/nginx.conf", "http { include h.conf; }"),
      ("/n/h.conf", "include s/*;"),
      ("/n/s/one", "server { include p/*.conf; }"),
      ("/n/p/l.conf", "listen 8020 default_server;"),
      ("/n/p/.hidden.conf", "listen 1;"),
    ])
    let server = try #require(parsed.servers.first)
    #expect(server.block.place == "/n/s/one:1")
    #expect(server.listens.map(\.address.text) == ["*:8020"])
    #expect(server.listens[0].flags == ["default_server"])
    #expect(server.includes == ["/n/p/l.conf"])
  }

  @Test func onlyServersOfHTTPCount() throws {
    let parsed = try parse([
      ("/n", "stream { server { listen 1; } } http { upstream u { server 10.0.0.1; } server {} }")
    ])
    #expect(parsed.servers.count == 1)
  }

  @Test func withoutAListenLineNginxListensOnPort80() throws {
    let parsed = try parse([("/n", "http { server { } server { listen unix:/s; } }")])
    #expect(parsed.servers[0].sockets.map(\.text) == ["*:80"])
    #expect(parsed.servers[1].sockets.isEmpty)
  }

  @Test(arguments: [
    ("8020", "*:8020"), ("0.0.0.0:8020", "*:8020"), ("10.0.0.1", "10.0.0.1:80"),
    ("[::]:8020", "[::]:8020"), ("[::1]", "[::1]:80"), ("8000-8010", "*:8000-8010"),
    ("LocalHost:81", "127.0.0.1:81"), ("[::0]:1", "[::]:1"),
  ])
  func listenAddressesAreRead(_ text: String, _ expected: String) {
    #expect(ListenAddress(text)?.text == expected)
  }

  @Test(arguments: ["unix:/run/x", "a:0", "a:70000", "a:b", "9-1-2:x"])
  func otherListenAddressesAreNone(_ text: String) {
    #expect(ListenAddress(text) == nil)
  }

  @Test func filesThatIncludeEachOtherEnd() {
    #expect(throws: NginxSyntaxError.self) {
      try parse([("/n/a", "include b; include b;"), ("/n/b", "include a; include a;")])
    }
  }

  @Test func fiveMegabytesAreAnError() {
    #expect(throws: NginxSyntaxError.self) {
      try NginxConfiguration.parse(dump: [UInt8](repeating: 0x0A, count: 5_000_000))
    }
  }

  @Test(arguments: ["", "nginx: nonsense", "# configuration file x:\n", "\u{1}\u{0}\u{FFFF}"])
  func whatIsNoDumpIsAnError(_ text: String) {
    #expect(throws: NginxSyntaxError.self) {
      try NginxConfiguration.parse(dump: Array(text.utf8))
    }
  }

  @Test func randomBytesNeverCrash() {
    var generator = SplitMix(state: 1)
    let alphabet = Array("{};#\"'\\$ \n\tlisten server http include 8020 *".utf8) + [0, 0xFF]
    let header = Array("# configuration file /n:\n".utf8)
    for _ in 0..<500 {
      let noise = (0..<200).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      _ = try? NginxConfiguration.parse(dump: header + noise)
      _ = try? NginxConfiguration.parse(dump: noise)
    }
  }
}

/// A generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
