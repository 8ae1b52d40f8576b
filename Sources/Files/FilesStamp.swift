internal import Glibc

/// Tells by stat(2) alone whether files changed, without reading them.
///
/// Like git's index it does not trust a file that changed just now: a second change within one tick
/// of the file system's clock would leave the same stamp.
public struct FilesStamp: Equatable, Sendable {
  private struct Entry: Equatable {
    var device: UInt
    var inode: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int
  }

  /// The file system's clock ticks every 10 ms at most; the rest is room for a slow one.
  public static let youngestSeconds = 2

  private var entries: [Entry] = []
  /// Whether an equal stamp later means unchanged files: all are there, and none is too young.
  public private(set) var isTrusted = true

  /// Looks at `paths`; symlinks are followed.
  public init(_ paths: [String], youngestSeconds: Int = Self.youngestSeconds) {
    var now = timespec()
    guard unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else {
      isTrusted = false
      return
    }
    entries.reserveCapacity(paths.count)
    for path in paths {
      var facts = stat()
      guard unsafe stat(path, &facts) == 0 else {
        isTrusted = false
        return
      }
      if now.tv_sec - facts.st_ctim.tv_sec < youngestSeconds { isTrusted = false }
      entries.append(
        Entry(
          device: UInt(facts.st_dev), inode: UInt(facts.st_ino), size: Int(facts.st_size),
          seconds: facts.st_ctim.tv_sec, nanoseconds: facts.st_ctim.tv_nsec))
    }
  }

  /// Whether the files are the same and did not change in between.
  public static func == (one: FilesStamp, other: FilesStamp) -> Bool {
    one.entries == other.entries
  }
}
