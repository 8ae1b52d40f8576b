import Glibc
import Testing

@testable import Systemd

/// A dbus-daemon of its own for one test.
final class PrivateBus {
  static let program = "/usr/bin/dbus-daemon"
  static var isInstalled: Bool { unsafe access(program, X_OK) == 0 }

  private let scratch = Scratch()
  private var pid: pid_t = 0
  private var socketPath: String { "\(scratch.path)/socket" }

  private var readyPath: String { "\(scratch.path)/ready" }

  var address: String { "unix:path=\(socketPath)" }

  init() {
    scratch.write(
      "bus.conf",
      """
      <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
       "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig>
        <listen>\(address)</listen>
        <policy context="default">
          <allow send_destination="*"/>
          <allow receive_sender="*"/>
          <allow own="*"/>
          <allow user="*"/>
        </policy>
      </busconfig>
      """)
  }

  deinit { stop() }

  /// Starts it and waits until it listens.
  func start(_ loop: EventLoop) throws {
    unsafe unlink(socketPath)
    unsafe unlink(readyPath)
    let seen = Counter()
    let watch = try loop.watchDirectory(scratch.path) { _ in seen.count += 1 }
    var words = [Self.program, "--nofork", "--nopidfile", "--config-file=\(scratch.path)/bus.conf"]
    // The socket is there before anybody listens; the address is printed afterwards.
    words.append("--print-address")
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    // It complains of limits that a test may not raise.
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, readyPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let result = unsafe posix_spawn(&pid, Self.program, &actions, nil, &arguments, environ)
    try #require(result == 0)
    try loop.wait {
      var facts = stat()
      return unsafe stat(readyPath, &facts) == 0 && facts.st_size > 0
    }
    watch.cancel()
  }

  /// Ends it as a crash would.
  func stop() {
    guard pid > 0 else { return }
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
    pid = 0
  }
}
