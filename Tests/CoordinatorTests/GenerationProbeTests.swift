import Files
import Planner
import Systemd
import Testing

@testable import Coordinator

/// All channels of a generation against real servers on loopback.
@Suite struct GenerationProbeTests {
  static let ok = ["HTTP/1.1 200 OK\r\n\r\n"]

  /// Probes until the end: nil is good.
  func verdict(
    _ generation: GenerationFacts, within seconds: Seconds = 20, loop: EventLoop
  ) throws -> String? {
    let told = Told<String?>()
    let probe = try GenerationProbe(
      generation, serverNames: ["_", "*.example.com", "~^ec", "ec.example.com"], within: seconds,
      loop: loop
    ) { told.values.append($0) }
    #expect(told.values.isEmpty)
    try loop.wait { !told.values.isEmpty }
    try loop.drain()
    probe.cancel()
    #expect(told.values.count == 1)
    return try #require(told.values.first)
  }

  @Test func isGoodWhenEveryChannelAnswersAsExpected() throws {
    let (scratch, loop) = (try Scratch(), try EventLoop())
    let tls = try TLSServer(in: scratch)
    let plain = try Loopback(loop: loop) { _ in Self.ok }
    let generation = generation(
      1, [console(.http, https: tls.port, http: plain.port), agents(tls.port)],
      sha256: tls.sha256)
    #expect(try verdict(generation, loop: loop) == nil)
    #expect(plain.connections == 1)
  }

  @Test func asksAgainOnlyWhatWasNotGoodYet() throws {
    let (scratch, loop) = (try Scratch(), try EventLoop())
    let tls = try TLSServer(in: scratch)
    let slow = try Loopback(loop: loop) { connection in
      connection < 3 ? [] : ["HTTP/1.1 308 x\r\nLocation: https://ec:\(tls.port)/\r\n\r\n"]
    }
    let generation = generation(
      1, [console(.https, https: tls.port, http: slow.port)], sha256: tls.sha256)
    #expect(try verdict(generation, loop: loop) == nil)
    #expect(slow.connections >= 3)
  }

  @Test func saysAfterTheDeadlineWhatDoesNotAnswer() throws {
    let loop = try EventLoop()
    let silent = try Loopback(loop: loop) { _ in nil }
    let reserved = Descriptor(owning: try Loopback.bound())
    let refused = Loopback.port(of: reserved.raw)
    let text = try verdict(
      generation(1, [agents(silent.port), agents(refused)]), within: 1, loop: loop)
    #expect(
      text == "agents on 127.0.0.1:\(silent.port): no answer (and 1 more)")
  }

  @Test func saysWhyTheLastAttemptFailed() throws {
    let loop = try EventLoop()
    let reserved = Descriptor(owning: try Loopback.bound())
    let port = Loopback.port(of: reserved.raw)
    let text = try verdict(generation(1, [agents(port)]), within: 1, loop: loop)
    #expect(text == "agents on 127.0.0.1:\(port): Connection refused")
  }

  @Test func aGenerationWithoutChannelsIsGood() throws {
    #expect(try verdict(generation(1, []), loop: try EventLoop()) == nil)
  }

  @Test func isSilentAfterCancel() throws {
    let loop = try EventLoop()
    let server = try Loopback(loop: loop) { _ in nil }
    let told = Told<String?>()
    let probe = try GenerationProbe(
      generation(1, [agents(server.port)]), serverNames: [], within: 20, loop: loop
    ) { told.values.append($0) }
    try loop.wait { server.connections == 1 }
    probe.cancel()
    try loop.drain()
    #expect(told.values.isEmpty)
  }
}
