internal import Glibc

/// A file that is to be created.
public struct FileToCreate {
  /// Where.
  public var path: String
  /// What is in it.
  public var bytes: [UInt8]
  /// Its mode, from birth.
  public var mode: UInt32

  /// All of it.
  public init(path: String, bytes: [UInt8], mode: UInt32) {
    self.path = path
    self.bytes = bytes
    self.mode = mode
  }
}

extension FileSystem {
  /// Creates several files, none of which may exist, and flushes each.
  ///
  /// All are written before the first is flushed, and their blocks are on the way to the disk by
  /// then: the file system's journal is then written once for all, not once for each.
  public static func create(_ files: [FileToCreate]) throws(FileError) { try create(files[...]) }

  /// Writes on the way down and flushes on the way up, as a descriptor has one owner.
  private static func create(_ files: ArraySlice<FileToCreate>) throws(FileError) {
    guard let first = files.first else { return }
    let file = try created(first.path, first.bytes, mode: first.mode)
    file.beginFlushing()
    try create(files.dropFirst())
    try file.synchronize(path: first.path)
  }

  /// Creates a file with these bytes, which is still to be flushed (O_EXCL, O_NOFOLLOW).
  static func created(
    _ path: String, _ bytes: [UInt8], mode: UInt32
  ) throws(FileError) -> Descriptor {
    let file = try Descriptor(
      opening: path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode & 0o600)
    try file.writeAll(bytes, path: path)
    guard fchmod(file.raw, mode) == 0 else { throw FileError("fchmod", path) }
    return file
  }
}

extension Descriptor {
  /// Has the kernel begin to write: a hint, which fsync(2) makes good.
  ///
  /// For pages that are not needed it does so at once (posix_fadvise(2), NOTES).
  /// sync_file_range(2), made for it, is no function that Swift sees.
  func beginFlushing() { _ = posix_fadvise(raw, 0, 0, POSIX_FADV_DONTNEED) }
}
