internal import Glibc

/// One open file descriptor, closed when it goes out of use.
public struct Descriptor: ~Copyable {
  /// The number, for calls that borrow it.
  public let raw: Int32

  /// Takes over an open descriptor.
  public init(owning raw: Int32) { self.raw = raw }

  deinit { close(raw) }

  /// Opens `path` (open(2)); always close-on-exec.
  public init(
    opening path: String, flags: Int32, mode: UInt32 = 0
  ) throws(FileError) {
    let raw = unsafe open(path, flags | O_CLOEXEC, mode)
    guard raw >= 0 else { throw FileError("open", path) }
    self.raw = raw
  }

  /// Flushes contents and metadata to the disk (fsync(2)).
  public func synchronize(path: String) throws(FileError) {
    guard fsync(raw) == 0 else { throw FileError("fsync", path) }
  }

  /// Writes all bytes (write(2)), also across interruptions.
  public func writeAll(_ bytes: [UInt8], path: String) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(raw, buffer.baseAddress?.advanced(by: done), buffer.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw FileError("write", path) }
      done += count
    }
  }

  /// Reads to the end (read(2)); more than `limit` bytes is an error.
  public func readAll(limit: Int, path: String) throws(FileError) -> [UInt8] {
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe read(raw, buffer.baseAddress, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileError("read", path) }
      if count == 0 { return result }
      result.append(contentsOf: chunk[..<count])
      guard result.count <= limit else {
        throw FileError("read", path, reason: "larger than \(limit) bytes")
      }
    }
  }
}
