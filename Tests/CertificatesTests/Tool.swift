import Glibc

/// One run of a real command: its standard output and error together, and how it ended.
struct Tool {
  let output: String
  let status: Int32

  /// Runs `arguments[0]` from the path to its end; standard input is empty.
  init(_ arguments: String...) throws {
    var child = try Child(arguments)
    output = String(decoding: child.readToEnd(), as: UTF8.self)
    status = child.wait()
  }
}

/// A running command whose output can be read.
struct Child: ~Copyable {
  private let process: pid_t
  private let output: Int32
  private var isReaped = false

  init(_ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    // Not pipe2(2), which Swift's Glibc module hides: no other child may inherit the ends.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ToolError(call: "socketpair")
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    let words = unsafe copies(arguments)
    let environment = unsafe copies(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"])
    defer { unsafe (words + environment).forEach { unsafe free($0) } }
    var process = pid_t()
    let result = unsafe posix_spawnp(&process, arguments[0], &actions, nil, words, environment)
    close(ends[1])
    guard result == 0 else {
      close(ends[0])
      throw ToolError(call: "posix_spawnp \(arguments[0]): \(result)")
    }
    self.process = process
    output = ends[0]
  }

  deinit {
    if !isReaped {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(output)
  }

  mutating func readToEnd() -> [UInt8] {
    var all: [UInt8] = []
    while let byte = readByte() { all.append(byte) }
    return all
  }

  /// The next line of output; nil at the end.
  mutating func readLine() -> String? {
    var line: [UInt8] = []
    while let byte = readByte() {
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }

  func signal(_ number: Int32) { kill(process, number) }

  mutating func wait() -> Int32 {
    var status: Int32 = 0
    unsafe waitpid(process, &status, 0)
    isReaped = true
    return status & 0x7f == 0 ? (status >> 8) & 0xff : -1
  }

  private func readByte() -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = unsafe read(output, &byte, 1)
      if count == 1 { return byte }
      if count == 0 || errno != EINTR { return nil }
    }
  }
}

/// A list for posix_spawn(3), ended by a null pointer; the caller frees each entry.
private func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
  var result: [UnsafeMutablePointer<CChar>?] = unsafe []
  for text in texts { unsafe result.append(strdup(text)) }
  unsafe result.append(nil)
  return unsafe result
}

struct ToolError: Error {
  let call: String
}

/// A directory that is removed with what is in it.
struct Folder: ~Copyable {
  let path: String

  init() throws {
    var template = Array("/tmp/certificates-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw ToolError(call: "mkdtemp") }
    path = String(
      decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = try? Tool("rm", "-rf", path) }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = "\(path)/\(name)"
    let raw = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(raw) }
    guard raw >= 0, unsafe Glibc.write(raw, bytes, bytes.count) == bytes.count else {
      throw ToolError(call: "write \(file)")
    }
    return file
  }
}
