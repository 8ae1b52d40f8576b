import Glibc
import Testing

@testable import Systemd

/// All tests of the module, one after the other: some set environment variables of the process.
@Suite(.serialized) struct SystemdTests {}

/// How long an event may take before a test gives up, in seconds; never waited for in full.
let patience = 30

/// A directory of its own for one test, removed with it.
final class Scratch {
  let path: String

  init() {
    var template = Array("/tmp/supervisord-ec-test-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template) != nil
    path = made ? String(decoding: template.dropLast().map { UInt8($0) }, as: UTF8.self) : "/tmp"
  }

  deinit {
    guard path != "/tmp" else { return }
    remove(path)
  }

  private func remove(_ directory: String) {
    for entry in Directory.entries(directory) {
      let child = "\(directory)/\(entry.name)"
      if entry.isDirectory { remove(child) } else { unsafe unlink(child) }
    }
    unsafe rmdir(directory)
  }

  func write(_ name: String, _ text: String = "x") {
    let fd = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    _ = unsafe Glibc.write(fd, text, text.utf8.count)
    close(fd)
  }
}

/// Something that closures can count in.
final class Counter {
  var count = 0
  var values: [String] = []
}

extension EventLoop {
  /// Runs until the condition holds; the test fails if it never does.
  func wait(
    _ isDone: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let done = try run(until: isDone, timeoutSeconds: patience)
    #expect(done, sourceLocation: sourceLocation)
  }
}

extension EventLoop {
  /// Lets the loop look for events a few times more, for what must not come.
  func drain() throws {
    let rounds = Counter()
    func again() {
      rounds.count += 1
      if rounds.count < 5 { post(again) }
    }
    post(again)
    try wait { rounds.count == 5 }
  }
}
