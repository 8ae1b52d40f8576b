import Files
import Glibc
import Systemd

/// A TCP socket of 127.0.0.1 with a port of its own, played by the test on the event loop.
final class Loopback {
  let port: Int
  /// How many connections were accepted.
  private(set) var connections = 0
  private let listener: Descriptor
  private let loop: EventLoop
  private var sources: [IOSource] = []
  private var peers: [Peer] = []

  /// One accepted connection.
  private final class Peer {
    let descriptor: Descriptor
    init(_ raw: Int32) { descriptor = Descriptor(owning: raw) }
  }

  /// Takes connections; `answer` gets the number of the connection, from 1, and gives the pieces
  /// that are sent one after the other once something was received; nil: never answers.
  init(loop: EventLoop, answer: @escaping (Int) -> [String]?) throws {
    self.loop = loop
    let raw = try Self.bound()
    listener = Descriptor(owning: raw)
    port = Self.port(of: raw)
    guard listen(raw, 16) == 0 else { throw FileError("listen", "", reason: "refused") }
    sources.append(
      try loop.onIO(raw, events: [.readable]) { [weak self] _ in self?.accept(answer) })
  }

  deinit { for source in sources { source.cancel() } }

  private func accept(_ answer: @escaping (Int) -> [String]?) {
    let raw = Glibc.accept(listener.raw, nil, nil)
    guard raw >= 0 else { return }
    connections += 1
    let pieces = answer(connections)
    let peer = Peer(raw)
    peers.append(peer)
    let source = try? loop.onIO(raw, events: [.readable]) { [weak self] _ in
      var bytes = [UInt8](repeating: 0, count: 4_096)
      let count = unsafe recv(raw, &bytes, bytes.count, 0)
      guard count > 0 else { return self?.hangUp(raw) ?? () }
      if let pieces { self?.say(pieces[...], to: raw) }
    }
    if let source { sources.append(source) }
  }

  /// Each piece in a turn of the loop of its own, then the end of the stream.
  private func say(_ pieces: ArraySlice<String>, to raw: Int32) {
    guard let piece = pieces.first else { return hangUp(raw) }
    let bytes = Array(piece.utf8)
    _ = unsafe send(raw, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    loop.post { [weak self] in self?.say(pieces.dropFirst(), to: raw) }
  }

  private func hangUp(_ raw: Int32) { shutdown(raw, Int32(SHUT_WR)) }

  /// A bound socket that does not listen: connecting to its port is refused.
  static func bound() throws -> Int32 {
    let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw FileError("bind", "127.0.0.1", reason: "refused") }
    return raw
  }

  static func port(of raw: Int32) -> Int {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(raw, $0, &size)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
