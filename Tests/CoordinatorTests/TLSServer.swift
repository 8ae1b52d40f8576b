import Certificates
import Files
import Glibc

/// A real TLS server, `openssl s_server`, on a port of 127.0.0.1 that it chose itself.
final class TLSServer {
  let port: Int
  /// SHA-256 of the certificate that it serves.
  let sha256: String
  private let process: pid_t

  init(in scratch: Scratch) throws {
    let issued = try SelfSigned.make(
      names: ["ec.example.com"], key: .ecdsaP256, lifetimeSeconds: 86_400, now: 1_772_346_600)
    sha256 = issued.details.sha256
    let (certificate, key) = ("\(scratch.path)/server.pem", "\(scratch.path)/server.key")
    try FileSystem.write(issued.certificatePEM, to: certificate, durable: false)
    try FileSystem.write(issued.privateKeyPEM, to: key, mode: 0o600, durable: false)
    var ends: [Int32] = [0, 0]
    // Not pipe2(2), which Swift's Glibc module hides: no other child may inherit the ends.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw FileError("socketpair", "", reason: "refused")
    }
    let output = Descriptor(owning: ends[0])
    process = try Self.start(
      [
        "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www",
      ], output: ends[1])
    port = try Self.port(in: output)
  }

  deinit {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  private static func start(_ arguments: [String], output: Int32) throws -> pid_t {
    let writer = Descriptor(owning: output)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, writer.raw, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, writer.raw, 2)
    var words: [UnsafeMutablePointer<CChar>?] = unsafe []
    for argument in arguments { unsafe words.append(strdup(argument)) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var process = pid_t()
    let result = unsafe posix_spawnp(&process, arguments[0], &actions, nil, words, environ)
    guard result == 0 else { throw FileError("posix_spawnp", arguments[0], reason: "\(result)") }
    return process
  }

  /// "ACCEPT 127.0.0.1:PORT" is printed once the socket listens.
  private static func port(in output: borrowing Descriptor) throws -> Int {
    var text = ""
    while true {
      var byte: UInt8 = 0
      let count = unsafe read(output.raw, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { throw FileError("read", "s_server", reason: text) }
      guard byte == UInt8(ascii: "\n") else {
        text.append(Character(Unicode.Scalar(byte)))
        continue
      }
      if text.hasPrefix("ACCEPT"), let port = text.split(separator: ":").last.flatMap({ Int($0) }) {
        return port
      }
      text = ""
    }
  }
}
