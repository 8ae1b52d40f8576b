import Files
import Generations
import Glibc
import Systemd
import Testing

/// How long an event may take before a test gives up, in seconds; never waited for in full.
let patience = 30

/// A folder of its own for one test, removed with it.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/coordinator-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw FileError("mkdtemp", "/tmp", reason: "no temporary folder")
    }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileSystem.removeTree(path) }

  /// Makes a folder with all its parents and returns its path.
  @discardableResult
  func folder(_ name: String) throws -> String {
    var current = path
    for part in name.split(separator: "/") {
      current += "/\(part)"
      try FileSystem.makeDirectory(current)
    }
    return current
  }

  func write(_ text: String, to name: String) throws {
    try FileSystem.write(Array(text.utf8), to: "\(path)/\(name)", durable: false)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try FileSystem.read("\(path)/\(name)", limit: 1 << 20), as: UTF8.self)
  }
}

/// A root of its own with the folder of the service `console`, and nothing in it yet.
struct Home {
  let scratch: Scratch
  let paths: HostPaths
  let store: ServiceStore

  /// `folders`: what else is there; `hasProfiles`: the profiles that the package installs are.
  init(folders: [String] = [], hasProfiles: Bool = false) throws {
    scratch = try Scratch()
    paths = HostPaths(root: scratch.path)
    for folder in ["var/lib/supervisord-ec"] + folders { try scratch.folder(folder) }
    if hasProfiles {
      try scratch.folder("usr/lib/supervisord-ec")
      let profiles = "\(MessageIDTests.tree)/packaging/profiles"
      try #require(unsafe symlink(profiles, paths.profiles) == 0)
    }
    store = ServiceStore(root: paths.state, name: "console")
    try store.prepareFolders()
  }
}

/// What closures have been told.
final class Told<Value> {
  var values: [Value] = []
}

extension EventLoop {
  /// Runs until the condition holds; the test fails if it never does.
  func wait(
    _ isDone: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let done = try run(until: isDone, timeoutSeconds: patience)
    #expect(done, sourceLocation: sourceLocation)
  }

  /// Lets the loop look for events a few times more, for what must not come.
  func drain() throws {
    let rounds = Told<Void>()
    func again() {
      rounds.values.append(())
      if rounds.values.count < 5 { post(again) }
    }
    post(again)
    try wait { rounds.values.count == 5 }
  }
}
