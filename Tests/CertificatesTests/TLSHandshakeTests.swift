import Certificates
import Glibc
import Testing

/// The probe against real servers, and against peers that are none.
@Suite struct TLSHandshakeTests {
  @Test func aServersCertificateIsSeenAndAnswersARequest() throws {
    let folder = try Folder()
    let issued = try issue(["wanted.example"])
    let server = try Server(issued, in: folder)
    let socket = try Socket(port: server.port)
    var probe = try TLSHandshake(fd: socket.raw, serverName: "wanted.example")
    #expect(finish(&probe, socket) == .done(issued.details))
    #expect(probe.advance() == .done(issued.details))
    let answer = try ask(&probe, socket, "GET / HTTP/1.0\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.0 200 ok\r\n"))
    server.use()
  }

  @Test func theFirstFlightWaitsForAnAnswer() throws {
    let pair = try Pair()
    var probe = try TLSHandshake(fd: pair.near.raw, serverName: nil)
    #expect(probe.advance() == .wantsRead)
    #expect(probe.advance() == .wantsRead)
    #expect(pair.received().first == 0x16)
  }

  @Test func aFullSocketIsWaitedFor() throws {
    let pair = try Pair()
    pair.fill()
    var probe = try TLSHandshake(fd: pair.near.raw, serverName: nil)
    #expect(probe.advance() == .wantsWrite)
    while !pair.received().isEmpty {}
    #expect(probe.advance() == .wantsRead)
    #expect(pair.received().first == 0x16)
  }

  @Test func aRequestGoesOnWithEqualBytesFromAnotherPlace() throws {
    let folder = try Folder()
    let server = try Server(issue(), in: folder)
    let socket = try Socket(port: server.port)
    var probe = try TLSHandshake(fd: socket.raw, serverName: nil)
    guard case .done = finish(&probe, socket) else { throw ToolError(call: "handshake") }
    server.signal(SIGSTOP)
    let line = String(repeating: "x", count: 127) + "\n"
    let request = Array(String(repeating: line, count: 128).utf8)
    let copy = request.map { $0 }
    var result = TLSHandshake.Sending.done
    while result == .done { result = probe.send(request) }
    #expect(result == .wantsWrite)
    server.signal(SIGCONT)
    while result == .wantsWrite {
      socket.wait(for: POLLOUT)
      result = probe.send(copy)
    }
    #expect(result == .done)
    server.use()
  }

  @Test func aRequestHasABound() throws {
    let folder = try Folder()
    let server = try Server(issue(), in: folder)
    let socket = try Socket(port: server.port)
    var probe = try TLSHandshake(fd: socket.raw, serverName: nil)
    guard case .done = finish(&probe, socket) else { throw ToolError(call: "handshake") }
    #expect(probe.send([]) == .failed("a request has 1 to 16384 bytes"))
    #expect(
      probe.send([UInt8](repeating: 0x41, count: 16_385))
        == .failed("a request has 1 to 16384 bytes"))
    #expect(try ask(&probe, socket, "GET / HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.0 200"))
    server.use()
  }

  @Test func theServerNameIsSentForNamesOnly() throws {
    for (name, isSent) in [
      ("wanted.example", true), ("192.0.2.1", false), ("2001:db8::1", false), ("no name", false),
    ] {
      let pair = try Pair()
      var probe = try TLSHandshake(fd: pair.near.raw, serverName: name)
      #expect(probe.advance() == .wantsRead)
      let hello = String(decoding: pair.received(), as: UTF8.self)
      #expect(hello.contains(name) == isSent)
    }
  }

  @Test func aPeerThatClosesIsAFailureThatSaysSo() throws {
    let pair = try Pair()
    var probe = try TLSHandshake(fd: pair.near.raw, serverName: nil)
    #expect(probe.advance() == .wantsRead)
    shutdown(pair.far.raw, Int32(SHUT_WR))
    #expect(
      probe.advance() == .failed("the peer closed the connection during the handshake"))
  }

  @Test func aPeerThatIsGoneKillsNobody() throws {
    var pair: Pair? = try Pair()
    let near = dup(pair?.near.raw ?? -1)
    defer { close(near) }
    pair = nil
    _ = consume pair
    var probe = try TLSHandshake(fd: near, serverName: nil)
    #expect(probe.advance() == .failed("handshake: Broken pipe"))
    #expect(probe.advance() == .failed("handshake: Broken pipe"))
  }

  @Test func aPeerThatSpeaksPlainHTTPIsNamed() throws {
    let pair = try Pair()
    pair.say("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n")
    var probe = try TLSHandshake(fd: pair.near.raw, serverName: nil)
    guard case .failed(let reason) = probe.advance() else {
      Issue.record("not failed")
      return
    }
    #expect(reason.hasPrefix("handshake: the peer does not speak TLS ("))
  }

  @Test func aServerBelowTLS12IsRefused() throws {
    let folder = try Folder()
    let server = try Server(
      issue(), in: folder, options: ["-www", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
    let socket = try Socket(port: server.port)
    var probe = try TLSHandshake(fd: socket.raw, serverName: nil)
    guard case .failed(let reason) = finish(&probe, socket) else {
      Issue.record("not failed")
      return
    }
    #expect(reason.contains("protocol version"))
    server.use()
  }

  @Test func aServerOfTLS12IsTaken() throws {
    let folder = try Folder()
    let issued = try issue(key: .rsa3072)
    let server = try Server(issued, in: folder, options: ["-www", "-tls1_2"])
    let socket = try Socket(port: server.port)
    var probe = try TLSHandshake(fd: socket.raw, serverName: nil)
    #expect(finish(&probe, socket) == .done(issued.details))
    server.use()
  }

  @Test func aWeakCertificateIsSeenTooAsItIsOnlyCompared() throws {
    let folder = try Folder()
    let (certificate, key) = ("\(folder.path)/weak.pem", "\(folder.path)/weak.key")
    let made = try Tool(
      "openssl", "req", "-x509", "-newkey", "rsa:1024", "-sha1", "-nodes", "-subj", "/CN=weak",
      "-keyout", key, "-out", certificate)
    #expect(made.status == 0, "\(made.output)")
    let server = try Server(
      certificate: certificate, key: key, options: ["-www", "-cipher", "ALL:@SECLEVEL=0"])
    let socket = try Socket(port: server.port)
    var probe = try TLSHandshake(fd: socket.raw, serverName: nil)
    guard case .done(let details) = finish(&probe, socket) else {
      Issue.record("not done")
      return
    }
    #expect(details.keyDescription == "RSA 1024 bits")
    server.use()
  }

  @Test func nothingIsSentOrReceivedBeforeTheHandshake() throws {
    let pair = try Pair()
    var probe = try TLSHandshake(fd: pair.near.raw, serverName: nil)
    #expect(probe.send([1]) == .failed("the handshake is not complete"))
    #expect(probe.receive(limit: 1) == .failed("the handshake is not complete"))
    #expect(pair.received().isEmpty)
  }

  @Test func aClassCanOwnItForTheCallbacksOfALoop() throws {
    final class Probe {
      var handshake: TLSHandshake?
    }
    let pair = try Pair()
    let probe = Probe()
    #expect(probe.handshake?.advance() == nil)
    probe.handshake = try TLSHandshake(fd: pair.near.raw, serverName: nil)
    #expect(probe.handshake?.advance() == .wantsRead)
    probe.handshake = nil
  }

  @Test func theSocketStaysOpenForItsOwner() throws {
    let pair = try Pair()
    do {
      var probe = try TLSHandshake(fd: pair.near.raw, serverName: nil)
      #expect(probe.advance() == .wantsRead)
    }
    #expect(fcntl(pair.near.raw, F_GETFD) >= 0)
  }

  /// Advances to the end, waiting for the socket as the loop would.
  private func finish(
    _ probe: inout TLSHandshake, _ socket: borrowing Socket
  ) -> TLSHandshake.Progress {
    while true {
      switch probe.advance() {
      case .wantsRead: socket.wait(for: POLLIN)
      case .wantsWrite: socket.wait(for: POLLOUT)
      case .done(let details): return .done(details)
      case .failed(let reason): return .failed(reason)
      }
    }
  }

  private func ask(
    _ probe: inout TLSHandshake, _ socket: borrowing Socket, _ request: String
  ) throws -> String {
    #expect(probe.send(Array(request.utf8)) == .done)
    var answer: [UInt8] = []
    while true {
      switch probe.receive(limit: 100) {
      case .wantsRead: socket.wait(for: POLLIN)
      case .wantsWrite: socket.wait(for: POLLOUT)
      case .received(let bytes):
        #expect(bytes.count <= 100)
        answer += bytes
      case .closed: return String(decoding: answer, as: UTF8.self)
      case .failed(let reason): throw ToolError(call: reason)
      }
    }
  }
}
