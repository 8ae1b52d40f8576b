import Files
import Glibc

/// A folder of its own for one test, removed afterwards.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    var template = Array("/tmp/supervisord-ec-test-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe mkdtemp($0) != nil } ?? false
    }
    guard made else { throw FileError("mkdtemp", "/tmp", reason: "no temporary folder") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileSystem.removeTree(path) }

  /// Creates a symlink below the folder.
  func link(_ name: String, to target: String) throws {
    guard unsafe symlink(target, "\(path)/\(name)") == 0 else {
      throw FileError("symlink", name, reason: "not made")
    }
  }
}
