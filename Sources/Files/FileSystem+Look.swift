internal import Glibc

/// Looks at what a path names, without opening it.
extension FileSystem {
  /// What stands at a path itself; symlinks are not followed.
  public enum Kind: Equatable, Sendable {
    /// A directory.
    case directory
    /// A symlink and what it says.
    case link(target: String)
    /// A file of any other kind; `names` is how many hard links it has.
    case file(names: Int)
    /// Nothing, or what may not be looked at.
    case missing
  }

  /// Looks at `path` itself (lstat(2), readlink(2)).
  public static func kind(_ path: String) -> Kind {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else { return .missing }
    switch facts.st_mode & S_IFMT {
    case S_IFDIR: return .directory
    case S_IFLNK: return linkTarget(path).map { .link(target: $0) } ?? .missing
    default: return .file(names: Int(clamping: facts.st_nlink))
    }
  }

  /// Whether this process may read what a path names (access(2)); no word on what is missing.
  public static func isReadable(_ path: String) -> Bool {
    unsafe access(path, R_OK) == 0 || errno != EACCES
  }

  /// Which file or directory a path names: the same while it is the same inode of the same file
  /// system.
  public struct Identity: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    fileprivate init(device: UInt64, inode: UInt64) {
      self.device = device
      self.inode = inode
    }
  }

  /// Which file or directory `path` names now, symlinks followed (stat(2)); nil: none.
  public static func identity(_ path: String) -> Identity? {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    return Identity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
  }
}
