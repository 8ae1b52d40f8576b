import Files
import Generations
import Glibc
import Planner
import Systemd
import Testing

@testable import Watchers

/// How long an event may take before a test gives up, in seconds; never waited for in full.
let patience = 30

/// 2026-03-01T06:30:00Z.
let start: UnixSeconds = 1_772_346_600

/// A host on a root of its own, removed with it.
final class Host {
  let root: String
  let paths: HostPaths

  static let etc = "etc/supervisord-ec/services.d"
  static let usr = "usr/lib/supervisord-ec/services.d"

  init(folders: [String] = []) throws {
    var template = Array("/tmp/watchers-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw FileError("mkdtemp", "/tmp", reason: "no temporary folder")
    }
    root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    paths = HostPaths(root: root)
    for folder in folders { try make(folder) }
  }

  deinit { try? FileSystem.removeTree(root) }

  /// Makes a folder with all its parents and returns its path.
  @discardableResult
  func make(_ folder: String) throws -> String {
    var current = root
    for part in folder.split(separator: "/") {
      current += "/\(part)"
      try FileSystem.makeDirectory(current)
    }
    return current
  }

  func write(_ text: String, to name: String) throws {
    try FileSystem.write(Array(text.utf8), to: "\(root)/\(name)", durable: false)
  }

  /// Writes in place, as an editor without a temporary file does.
  func overwrite(_ text: String, in name: String) throws {
    let file = try Descriptor(
      opening: "\(root)/\(name)", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    try file.writeAll(Array(text.utf8), path: name)
  }

  /// The observer of this host, for which the test's own user stands for root.
  var observer: DiskObserver { DiskObserver(paths: paths, adoptionOwner: getuid()) }
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

/// What closures have been told.
final class Told<Value> {
  var values: [Value] = []
}
