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
  ///
  /// It may be a key: no copy is left behind.
  public func readAll(limit: Int, path: String) throws(FileError) -> [UInt8] {
    var facts = stat()
    let size = unsafe fstat(raw, &facts) == 0 ? Int(facts.st_size) : 0
    // One more than there is, to see the end.
    var buffer = [UInt8](repeating: 0, count: min(max(size, Self.leastBuffer), limit) + 1)
    var filled = 0
    while true {
      if filled == buffer.count {
        guard filled <= limit else {
          erase(&buffer)
          throw FileError("read", path, reason: "larger than \(limit) bytes")
        }
        var larger = [UInt8](repeating: 0, count: min(2 * filled, limit + 1))
        larger.replaceSubrange(..<filled, with: buffer)
        erase(&buffer)
        buffer = larger
      }
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(raw, bytes.baseAddress?.advanced(by: filled), bytes.count - filled)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        let error = FileError("read", path)
        erase(&buffer)
        throw error
      }
      if count == 0 {
        buffer.removeSubrange(filled...)
        return buffer
      }
      filled += count
    }
  }

  /// Enough for a pipe's usual contents at once.
  private static let leastBuffer = 4095
}

/// Overwrites bytes that may be a key, wherever they are shared, and lets go of them
/// (explicit_bzero(3)).
public func erase(_ bytes: inout [UInt8]) {
  unsafe bytes.withUnsafeBytes { buffer in
    guard let start = buffer.baseAddress else { return }
    unsafe explicit_bzero(UnsafeMutableRawPointer(mutating: start), buffer.count)
  }
  bytes = []
}
