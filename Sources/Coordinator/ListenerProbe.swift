internal import Certificates
internal import Files
internal import Glibc
internal import Systemd

/// One connection to one listener, without blocking the loop.
final class ListenerProbe {
  private let expectation: ChannelExpectation
  private let serverName: String?
  private let finish: (String?) -> Void
  private var source: IOSource?
  private var socket: ProbeSocket?
  private var handshake: TLSHandshake?
  private var received: [UInt8] = []
  private var requestSent = false
  private var isOver = false

  /// Connects; `finish` gets nil (as expected) or why not, exactly once, never from here.
  init(
    _ expectation: ChannelExpectation, serverName: String?, loop: EventLoop,
    finish: @escaping (String?) -> Void
  ) {
    self.expectation = expectation
    self.serverName = serverName
    self.finish = finish
    do {
      let socket = try ProbeSocket(address: expectation.address, port: expectation.port)
      source = try loop.onIO(socket.raw, events: [.writable]) { [weak self] _ in self?.advance() }
      self.socket = socket
    } catch let error as FileError {
      let reason = error.reason
      loop.post { [self] in end(reason) }
    } catch {
      loop.post { [self] in end("\(error)") }
    }
  }

  /// Gives up without an answer.
  func cancel() { isOver = true; source?.cancel(); source = nil }

  private func end(_ problem: String?) {
    guard !isOver else { return }
    cancel()
    finish(problem)
  }

  private func advance() {
    guard !isOver, let socket else { return }
    if let problem = socket.connectProblem() { return end(problem) }
    if case .certificate(let sha256) = expectation.answer {
      advanceTLS(socket, sha256: sha256)
    } else {
      advancePlain(socket)
    }
  }

  private func advanceTLS(_ socket: ProbeSocket, sha256: String) {
    do {
      if handshake == nil { handshake = try TLSHandshake(fd: socket.raw, serverName: serverName) }
    } catch {
      return end("\(error)")
    }
    switch handshake?.advance() {
    case .wantsRead: source?.setEvents([.readable])
    case .wantsWrite: source?.setEvents([.writable])
    case .done(let details):
      let isExpected = details.sha256 == sha256
      end(
        isExpected
          ? nil
          : "it serves another certificate (SHA-256 \(details.sha256.prefix(16))…, expected"
            + " \(sha256.prefix(16))…)")
    case .failed(let reason): end(reason)
    case nil: end("TLS could not be started")
    }
  }

  private func advancePlain(_ socket: ProbeSocket) {
    if !requestSent {
      let host =
        serverName
        ?? (expectation.address.contains(":")
          ? "[\(expectation.address)]" : expectation.address)
      if let problem = socket.send(HTTPAnswer.request(host: "\(host):\(expectation.port)")) {
        return end(problem)
      }
      requestSent = true
      source?.setEvents([.readable])
      return
    }
    switch socket.receive() {
    case .bytes(let bytes):
      received += bytes
      if let verdict = HTTPAnswer.judge(received, expectation.answer) { end(verdict) }
    case .later: return
    case .closed:
      end(HTTPAnswer.judge(received + Array("\r\n\r\n".utf8), expectation.answer) ?? nil)
    case .failed(let reason): end(reason)
    }
  }
}

/// A non-blocking TCP socket, closed with its owner.
final class ProbeSocket {
  let raw: Int32
  private let descriptor: Descriptor

  enum Received { case bytes([UInt8]), later, closed, failed(String) }

  /// Begins to connect to a numeric address (connect(2), EINPROGRESS).
  init(address: String, port: Int) throws(FileError) {
    let isSix = address.contains(":")
    let raw = socket(
      isSix ? AF_INET6 : AF_INET,
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { throw FileError("socket", address, reason: Self.text(errno)) }
    self.raw = raw
    descriptor = Descriptor(owning: raw)
    let result = isSix ? Self.connectSix(raw, address, port) : Self.connectFour(raw, address, port)
    guard result == 0 || errno == EINPROGRESS else {
      throw FileError("connect", address, reason: Self.text(errno))
    }
  }

  private static func connectFour(_ raw: Int32, _ address: String, _ port: Int) -> Int32 {
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    guard unsafe inet_pton(AF_INET, address, &target.sin_addr) == 1 else { return invalid() }
    return unsafe withUnsafePointer(to: &target) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func connectSix(_ raw: Int32, _ address: String, _ port: Int) -> Int32 {
    var target = sockaddr_in6()
    target.sin6_family = sa_family_t(AF_INET6)
    target.sin6_port = UInt16(truncatingIfNeeded: port).bigEndian
    guard unsafe inet_pton(AF_INET6, address, &target.sin6_addr) == 1 else { return invalid() }
    return unsafe withUnsafePointer(to: &target) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  }

  private static func invalid() -> Int32 {
    errno = EINVAL
    return -1
  }

  /// Why the connection did not come about (SO_ERROR); nil: it did, or is still under way.
  func connectProblem() -> String? {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(raw, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else {
      return Self.text(errno)
    }
    return code == 0 ? nil : Self.text(code)
  }

  /// Sends a request that fits into any socket buffer; MSG_NOSIGNAL, as the peer may be gone.
  func send(_ bytes: [UInt8]) -> String? {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe Glibc.send(raw, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
    }
    return count == bytes.count ? nil : Self.text(errno)
  }

  func receive() -> Received {
    var chunk = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe chunk.withUnsafeMutableBytes { buffer in
      unsafe recv(raw, buffer.baseAddress, buffer.count, 0)
    }
    if count > 0 { return .bytes(Array(chunk[..<count])) }
    if count == 0 { return .closed }
    return errno == EAGAIN || errno == EINTR ? .later : .failed(Self.text(errno))
  }

  private static func text(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
