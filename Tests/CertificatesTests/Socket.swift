import Glibc

/// A non-blocking socket, closed when it goes out of use.
struct Socket: ~Copyable {
  let raw: Int32

  init(owning raw: Int32) { self.raw = raw }

  /// Connects to a port of 127.0.0.1.
  init(port: String) throws {
    raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = (UInt16(port) ?? 0).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe connect(raw, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw ToolError(call: "connect \(port)") }
    _ = fcntl(raw, F_SETFL, O_NONBLOCK)
  }

  deinit { close(raw) }

  /// Waits until the socket is ready, without end: the test run has a limit of its own.
  func wait(for events: Int32) {
    var entry = pollfd(fd: raw, events: Int16(events), revents: 0)
    unsafe poll(&entry, 1, -1)
  }
}

/// Two connected sockets: the probe's end, and the peer's, which a test plays itself.
struct Pair: ~Copyable {
  let near: Socket
  let far: Socket

  init() throws {
    var ends: [Int32] = [0, 0]
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    guard unsafe socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else {
      throw ToolError(call: "socketpair")
    }
    near = Socket(owning: ends[0])
    far = Socket(owning: ends[1])
  }

  /// Leaves no room for anything more on its way to the peer.
  func fill() {
    for size in [4096, 1] {
      let bytes = [UInt8](repeating: 0, count: size)
      while unsafe send(near.raw, bytes, bytes.count, 0) > 0 {}
    }
  }

  /// What has arrived at the peer.
  func received() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(far.raw, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(0, count)))
  }

  /// Sends as the peer.
  func say(_ text: String) {
    let bytes = Array(text.utf8)
    unsafe send(far.raw, bytes, bytes.count, 0)
  }
}
