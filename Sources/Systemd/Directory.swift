internal import Glibc

/// Reads of the kernel's own file systems, which are always short; failure reads as nothing.
enum Directory {
  /// Bytes of a kernel file that are read at most.
  private static let mostBytes = 65_536

  /// One entry of a directory.
  struct Entry {
    var name: String
    var inode: UInt64
    var isDirectory: Bool
  }

  /// All entries but `.` and `..` (readdir(3)).
  static func entries(_ path: String) -> [Entry] {
    guard let stream = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(stream) }
    var result: [Entry] = []
    while let entry = unsafe readdir(stream) {
      // The name is as long as the record says, not as the declared array.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19
      let start = unsafe UnsafeRawPointer(entry).advanced(by: offset)
      let name = unsafe String(cString: start.assumingMemoryBound(to: CChar.self))
      if name == "." || name == ".." { continue }
      result.append(
        Entry(
          name: name, inode: UInt64(unsafe entry.pointee.d_ino),
          isDirectory: unsafe entry.pointee.d_type == UInt8(DT_DIR)))
    }
    return result
  }

  /// The beginning of a file.
  static func text(_ path: String) -> String {
    let fd = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard fd >= 0 else { return "" }
    defer { close(fd) }
    var bytes = [UInt8](repeating: 0, count: mostBytes)
    let count = unsafe read(fd, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }

  /// The target of a symlink.
  static func link(_ path: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }
}
