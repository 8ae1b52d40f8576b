import Files
import Glibc
import Settings

/// A root with folders of settings for one test, removed afterwards.
struct Tree: ~Copyable {
  let root: String
  let folders: SettingsFolders

  init() throws {
    var template = Array("/tmp/supervisord-ec-test-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe mkdtemp($0) != nil } ?? false
    }
    guard made else { throw FileError("mkdtemp", "/tmp", reason: "no temporary folder") }
    root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    folders = SettingsFolders(root: root)
  }

  deinit { try? FileSystem.removeTree(root) }

  /// Writes a file below one of the folders and makes what is missing above it.
  func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  func write(_ bytes: [UInt8], to path: String) throws {
    try makeParents(of: path)
    try FileSystem.write(bytes, to: path, durable: false)
  }

  func mask(_ path: String) throws {
    try makeParents(of: path)
    guard unsafe symlink("/dev/null", path) == 0 else {
      throw FileError("symlink", path, reason: "not made")
    }
  }

  private func makeParents(of path: String) throws {
    let parts = path.dropFirst(root.count + 1).split(separator: "/").dropLast()
    var folder = root
    for part in parts {
      folder += "/\(part)"
      try FileSystem.makeDirectory(folder)
    }
  }
}

/// The smallest settings that hold.
let smallest = "unit = \"nginx.service\"\nprofile = \"nginx\"\n"

/// Loads the smallest settings with more behind them.
func load(_ more: String, head: String = smallest) throws -> LoadedSettings {
  let tree = try Tree()
  try tree.write(head + more, to: "\(tree.folders.etc)/console.toml")
  return loadSettings(name: "console", folders: tree.folders)
}

/// The only problem of some settings, as code and key.
func problem(_ more: String, head: String = smallest) throws -> SettingsProblem? {
  let problems = try load(more, head: head).problems
  return problems.count == 1 ? problems.first : nil
}
