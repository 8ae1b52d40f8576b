import Files
import Glibc
import Systemd
import Testing

@testable import Watchers

/// Follows one path and reads it whenever it is told to, as everybody should who uses the watcher.
final class Follower {
  let loop: EventLoop
  let path: String
  private var watcher: PathWatcher?
  private let fence: Host
  private let fenceTold = Told<String>()
  private var fenceWatch: DirectoryWatch?
  /// What was read, oldest first; nil: nothing could be.
  private(set) var seen: [String?] = []

  init(_ path: String, quietMicroseconds: UInt64 = 2_000, longest: UInt64 = 30_000_000) throws {
    self.path = path
    loop = try EventLoop()
    fence = try Host()
    let told = fenceTold
    fenceWatch = try loop.watchDirectory(fence.root) { told.values.append($0.name) }
    watcher = try PathWatcher(
      loop: loop, quietMicroseconds: quietMicroseconds, longestMicroseconds: longest
    ) { [weak self] _ in self?.read() }
    watcher?.follow([path])
    read()
  }

  /// What is there now, looked at without being told.
  var truth: String? {
    (try? FileSystem.read(path, limit: 1_000)).map { String(decoding: $0, as: UTF8.self) }
  }

  func read() { seen.append(truth) }

  /// Runs until the last thing that was read is this.
  func expect(_ text: String?, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try loop.wait({ seen.last == .some(text) }, sourceLocation: sourceLocation)
  }

  /// Lets the loop take in what the kernel has queued.
  func takeIn() throws {
    let name = "\(fenceTold.values.count)"
    try #require(unsafe mkdir("\(fence.root)/\(name)", 0o755) == 0)
    try loop.wait { fenceTold.values.contains(name) }
    // What was posted meanwhile has its turn too.
    let done = Told<Void>()
    loop.post { done.values.append(()) }
    try loop.wait { !done.values.isEmpty }
  }
}

extension Host {
  /// Runs a script of sh(1) in this host's root.
  func run(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let words = ["sh", "-euc", "cd \"$0\"\n\(script)", root]
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let result = unsafe posix_spawn(&process, "/bin/sh", nil, nil, &arguments, environ)
    try #require(result == 0, "sh is not started", sourceLocation: sourceLocation)
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
    #expect(status == 0, "\(script)", sourceLocation: sourceLocation)
  }

  /// Whether a tool is installed.
  static func has(_ tool: String) -> Bool {
    ["/usr/bin", "/bin"].contains { FileSystem.exists("\($0)/\(tool)") }
  }
}
