import Files
import Glibc

/// A folder that is gone after the test.
func withFolder(_ body: (String) throws -> Void) throws {
  let path = "/tmp/supervisord-ec-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
  try FileSystem.makeDirectory(path)
  defer { try? FileSystem.removeTree(path) }
  try body(path)
}

/// Writes a text file.
func put(_ text: String, _ path: String) throws {
  try FileSystem.write(Array(text.utf8), to: path, durable: false)
}
