import Files
import Glibc
import Planner
import Systemd
import Testing

@testable import Coordinator

/// One probe against real servers on loopback.
@Suite struct ListenerProbeTests {
  func expectation(
    _ answer: ChannelExpectation.Answer, port: Int, address: String = "127.0.0.1"
  ) -> ChannelExpectation {
    ChannelExpectation(channel: "console", address: address, port: port, answer: answer)
  }

  /// What the probe says in the end: nil is good.
  func verdict(
    _ expectation: ChannelExpectation, serverName: String? = nil, loop: EventLoop
  ) throws -> String? {
    let told = Told<String?>()
    let probe = ListenerProbe(expectation, serverName: serverName, loop: loop) {
      told.values.append($0)
    }
    #expect(told.values.isEmpty)
    try loop.wait { !told.values.isEmpty }
    try loop.drain()
    probe.cancel()
    #expect(told.values.count == 1)
    return try #require(told.values.first)
  }

  @Test func theExpectedCertificateIsGood() throws {
    let (scratch, loop) = (try Scratch(), try EventLoop())
    let server = try TLSServer(in: scratch)
    let expected = expectation(.certificate(sha256: server.sha256), port: server.port)
    #expect(try verdict(expected, serverName: "ec.example.com", loop: loop) == nil)
    #expect(try verdict(expected, loop: loop) == nil)
  }

  @Test func anotherCertificateIsNamed() throws {
    let (scratch, loop) = (try Scratch(), try EventLoop())
    let server = try TLSServer(in: scratch)
    let other = String(repeating: "0", count: 64)
    let text = try verdict(
      expectation(.certificate(sha256: other), port: server.port), loop: loop)
    #expect(
      text == "it serves another certificate (SHA-256 \(server.sha256.prefix(16))…, expected"
        + " 0000000000000000…)")
  }

  @Test func plainHTTPWhereTLSIsExpectedIsNotGood() throws {
    let loop = try EventLoop()
    let server = try Loopback(loop: loop) { _ in ["HTTP/1.1 400 Bad Request\r\n\r\n"] }
    let text = try verdict(
      expectation(.certificate(sha256: "00"), port: server.port), loop: loop)
    #expect(text?.isEmpty == false)
  }

  @Test func TLSWherePlainHTTPIsExpectedIsNotGood() throws {
    let (scratch, loop) = (try Scratch(), try EventLoop())
    let server = try TLSServer(in: scratch)
    let text = try verdict(expectation(.plain(httpsPort: 8383), port: server.port), loop: loop)
    #expect(text?.isEmpty == false)
  }

  @Test func plainHTTPIsGoodWhereItIsExpected() throws {
    let loop = try EventLoop()
    let server = try Loopback(loop: loop) { _ in ["HTTP/1.1 200 OK\r\n\r\n"] }
    #expect(
      try verdict(expectation(.plain(httpsPort: 8383), port: server.port), loop: loop) == nil)
  }

  @Test func aHeaderMayComeInPieces() throws {
    let loop = try EventLoop()
    let server = try Loopback(loop: loop) { _ in
      ["HTTP/1.1 308 Perm", "anent\r\nLocation: https://e", "c:8383/\r\n", "\r\n"]
    }
    #expect(
      try verdict(expectation(.redirect(httpsPort: 8383), port: server.port), loop: loop) == nil)
  }

  @Test func anEndWithoutAHeaderIsNotHTTP() throws {
    let loop = try EventLoop()
    let server = try Loopback(loop: loop) { _ in [] }
    let text = try verdict(expectation(.plain(httpsPort: 8383), port: server.port), loop: loop)
    #expect(text == "it does not answer HTTP")
  }

  @Test func aClosedPortIsRefused() throws {
    let loop = try EventLoop()
    let reserved = Descriptor(owning: try Loopback.bound())
    let port = Loopback.port(of: reserved.raw)
    for answer in [ChannelExpectation.Answer.plain(httpsPort: 1), .certificate(sha256: "00")] {
      #expect(
        try verdict(expectation(answer, port: port), loop: loop) == "Connection refused")
    }
  }

  @Test func whatIsNoAddressIsSaidLater() throws {
    let loop = try EventLoop()
    for address in ["nowhere", "::nowhere"] {
      let text = try verdict(
        expectation(.plain(httpsPort: 1), port: 80, address: address), loop: loop)
      #expect(text == "Invalid argument")
    }
  }

  @Test func isSilentAfterCancel() throws {
    let loop = try EventLoop()
    let server = try Loopback(loop: loop) { _ in ["HTTP/1.1 200 OK\r\n\r\n"] }
    let told = Told<String?>()
    let probe = ListenerProbe(
      expectation(.plain(httpsPort: 1), port: server.port), serverName: nil, loop: loop
    ) { told.values.append($0) }
    try loop.wait { server.connections == 1 }
    probe.cancel()
    try loop.drain()
    #expect(told.values.isEmpty)
  }

  @Test func aServerThatSaysNothingIsNeitherGoodNorBad() throws {
    let loop = try EventLoop()
    let server = try Loopback(loop: loop) { _ in nil }
    let told = Told<String?>()
    let probe = ListenerProbe(
      expectation(.certificate(sha256: "00"), port: server.port), serverName: nil, loop: loop
    ) { told.values.append($0) }
    try loop.wait { server.connections == 1 }
    probe.cancel()
    #expect(told.values.isEmpty)
  }
}
