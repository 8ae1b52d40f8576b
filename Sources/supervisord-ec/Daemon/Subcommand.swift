internal import Files
internal import Glibc

/// Runs a program and collects what it says.
///
/// For commands only: the daemon starts no processes.
enum Subcommand {
  struct Outcome {
    /// The exit status; 128 + N after signal N.
    var status: Int32
    /// Standard output, if it was asked for, else standard error.
    var output: String
  }

  enum Stream { case output, error, both }

  /// More output than this is cut off.
  private static let outputBytes = 16 << 20

  /// Runs `command`, whose first word is an absolute path (posix_spawn(3)), and waits for its end.
  static func run(_ command: [String], collect: Stream = .error) throws(FileError) -> Outcome {
    guard let program = command.first, program.hasPrefix("/") else {
      throw FileError("posix_spawn", command.first ?? "", reason: "not an absolute path")
    }
    var ends: [Int32] = [-1, -1]
    // dup2(2) into the child clears close-on-exec; no other thread forks meanwhile.
    guard unsafe pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0,
      fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0
    else { throw FileError("pipe", program, code: errno, reason: "no pipe") }
    let reader = Descriptor(owning: ends[0])
    let child: pid_t
    do {
      let writer = Descriptor(owning: ends[1])
      child = try spawn(program, command, collect, writer.raw)
    }
    let bytes = collectOutput(reader)
    var state: Int32 = 0
    while unsafe waitpid(child, &state, 0) < 0 && errno == EINTR {}
    let signal = state & 0x7F
    return Outcome(
      status: signal == 0 ? (state >> 8) & 0xFF : 128 + signal,
      output: String(decoding: bytes, as: UTF8.self))
  }

  private static func spawn(
    _ program: String, _ command: [String], _ collect: Stream, _ writer: Int32
  ) throws(FileError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    if collect != .error {
      unsafe posix_spawn_file_actions_adddup2(&actions, writer, STDOUT_FILENO)
    }
    if collect != .output {
      unsafe posix_spawn_file_actions_adddup2(&actions, writer, STDERR_FILENO)
    }
    // What is blocked or ignored here is not the program's business (posix_spawnattr_init(3)).
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let arguments = unsafe strings(command)
    // Texts are matched, so the program speaks English.
    let surroundings = unsafe strings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"])
    defer { unsafe (arguments + surroundings).forEach { unsafe free($0) } }
    var child: pid_t = 0
    let result = unsafe posix_spawn(&child, program, &actions, &attributes, arguments, surroundings)
    guard result == 0 else {
      throw FileError("posix_spawn", program, code: result, reason: "it cannot be run")
    }
    return child
  }

  /// Copies that the caller frees, with the null pointer that ends the list.
  private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    var result: [UnsafeMutablePointer<CChar>?] = unsafe []
    for text in texts { unsafe result.append(strdup(text)) }
    unsafe result.append(nil)
    return unsafe result
  }

  private static func collectOutput(_ reader: borrowing Descriptor) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe read(reader.raw, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return bytes }
      if bytes.count < outputBytes { bytes += chunk[..<count] }
    }
  }
}
