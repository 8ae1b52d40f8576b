import Adoption
import Files
import Glibc
import Planner
import Testing

/// A folder of its own for one test, removed with it.
final class Sandbox {
  let root: String

  init() throws {
    var template = Array("/tmp/adoption-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
    }
    root = try #require(made)
  }

  deinit { try? FileSystem.removeTree(root) }

  /// Writes a file below the root, with the folders above it.
  func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

  func write(_ path: String, _ bytes: [UInt8]) throws {
    try makeDirectories(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    try FileSystem.write(bytes, to: root + path, durable: false)
  }

  func makeDirectories(_ path: String) throws {
    var above = root
    for part in path.split(separator: "/") {
      above += "/\(part)"
      try FileSystem.makeDirectory(above)
    }
  }

  func link(_ path: String, to target: String) throws {
    try makeDirectories(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    try FileSystem.switchLink(root + path, to: target)
  }

  func bytes(_ path: String) throws -> [UInt8] {
    try FileSystem.read(root + path, limit: 1 << 24)
  }

  func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

  /// Runs a program to its end; standard output and error as they came.
  func run(_ arguments: [String], input: [UInt8] = []) throws -> RunResult {
    try write("/.input", input)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let create = O_WRONLY | O_CREAT | O_TRUNC
    unsafe posix_spawn_file_actions_addopen(&actions, 0, root + "/.input", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, root + "/.output", create, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, root + "/.errors", create, 0o600)
    var pointers = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let code = unsafe posix_spawn(&process, arguments[0], &actions, nil, pointers, environ)
    try #require(code == 0, "\(arguments[0]) cannot be started: error \(code)")
    var status: Int32 = 0
    try #require(unsafe waitpid(process, &status, 0) == process)
    return RunResult(
      status: (status >> 8) & 0xFF, output: try bytes("/.output"), errors: try text("/.errors"))
  }
}

struct RunResult {
  var status: Int32
  var output: [UInt8]
  var errors: String

  var text: String { String(decoding: output, as: UTF8.self) }
}

/// Where Debian has the programs that the tests use.
enum Programs {
  static let nginx = "/usr/sbin/nginx"
  static let patch = "/usr/bin/patch"
  static var haveNginx: Bool { FileSystem.exists(nginx) }
  static var havePatch: Bool { FileSystem.exists(patch) }
}
