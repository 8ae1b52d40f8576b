internal import Glibc

/// Reads and writes that are bounded and durable.
///
/// No policy, no locks across calls.
public enum FileSystem {
  /// Reads one regular file of at most `limit` bytes; follows symlinks, never blocks on a FIFO.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try Descriptor(opening: path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
    var facts = stat()
    guard unsafe fstat(file.raw, &facts) == 0 else { throw FileError("fstat", path) }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw FileError("fstat", path, reason: "not a regular file")
    }
    guard facts.st_size <= limit else {
      throw FileError("fstat", path, reason: "larger than \(limit) bytes")
    }
    return try file.readAll(limit: limit, path: path)
  }

  /// As `read`; nil if the file is not there.
  public static func readIfThere(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
    do throws(FileError) {
      return try read(path, limit: limit)
    } catch {
      guard error.isMissing, !exists(path) else { throw error }
      return nil
    }
  }

  /// Replaces `path` as a whole: temporary file beside it, fsync, rename(2), fsync of the folder.
  ///
  /// The file is born with `mode` at most, never with more. Needs no lock: readers see the old or
  /// the new contents.
  public static func write(
    _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644, durable: Bool = true
  ) throws(FileError) {
    let (directory, name) = split(path)
    let temporary = temporaryPath(in: directory, for: name)
    unlink(temporary)
    do throws(FileError) {
      try create(bytes, at: temporary, mode: mode, durable: durable)
      guard unsafe rename(temporary, path) == 0 else { throw FileError("rename", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    if durable { try synchronizeDirectory(directory) }
  }

  /// Creates `path`, which must not exist (O_EXCL, O_NOFOLLOW), and flushes it.
  public static func create(
    _ bytes: [UInt8], at path: String, mode: UInt32, durable: Bool = true
  ) throws(FileError) {
    let file = try created(path, bytes, mode: mode)
    if durable { try file.synchronize(path: path) }
  }

  /// Points the symlink `path` at `target` by rename(2), and flushes the directory.
  public static func switchLink(_ path: String, to target: String) throws(FileError) {
    let (directory, name) = split(path)
    let temporary = temporaryPath(in: directory, for: name)
    unlink(temporary)
    guard unsafe symlink(target, temporary) == 0 else { throw FileError("symlink", temporary) }
    guard unsafe rename(temporary, path) == 0 else {
      let error = FileError("rename", path)
      unlink(temporary)
      throw error
    }
    try synchronizeDirectory(directory)
  }

  /// Moves a file or directory within one file system (rename(2)) and flushes both directories.
  ///
  /// Refuses where something stands already: the caller holds the lock that makes this check good.
  public static func move(_ path: String, to new: String) throws(FileError) {
    guard !exists(new) else {
      throw FileError("rename", new, code: EEXIST, reason: describe(EEXIST))
    }
    guard unsafe rename(path, new) == 0 else { throw FileError("rename", new) }
    let (from, into) = (split(path).directory, split(new).directory)
    try synchronizeDirectory(into)
    if from != into { try synchronizeDirectory(from) }
  }

  /// What a symlink says (readlink(2)); nil if there is none.
  public static func linkTarget(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe bytes.baseAddress.map { unsafe readlink(path, $0, bytes.count) } ?? -1
    }
    guard count > 0, count < buffer.count else { return nil }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// Creates one directory; an existing one is fine.
  ///
  /// Not `durable`: of one that is renamed into place later, as that flushes both folders.
  public static func makeDirectory(
    _ path: String, mode: UInt32 = 0o755, durable: Bool = true
  ) throws(FileError) {
    if unsafe mkdir(path, mode) == 0 {
      guard unsafe chmod(path, mode) == 0 else { throw FileError("chmod", path) }
      if durable { try synchronizeDirectory(split(path).directory) }
      return
    }
    guard errno == EEXIST, isDirectory(path) else { throw FileError("mkdir", path) }
  }

  /// The names in a directory, sorted, without `.` and `..`; empty if it cannot be read.
  public static func list(_ path: String) -> [String] { (try? entries(path)) ?? [] }

  /// The names in a directory, sorted, without `.` and `..`; empty if it is not there, an error if
  /// it is there and cannot be read.
  public static func entries(_ path: String) throws(FileError) -> [String] {
    guard let directory = unsafe opendir(path) else {
      let error = FileError("opendir", path)
      if error.isMissing && !isOtherFile(path) { return [] }
      throw error
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { text in
          unsafe String(cString: text)
        }
      }
      if name != "." && name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw FileError("readdir", path) }
    return names.sorted()
  }

  /// Whether something that is no directory stands at `path`.
  private static func isOtherFile(_ path: String) -> Bool { exists(path) && !isDirectory(path) }

  /// Whether a directory is there; symlinks are followed.
  public static func isDirectory(_ path: String) -> Bool {
    var facts = stat()
    return unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether anything is there; a dangling symlink counts.
  public static func exists(_ path: String) -> Bool {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0
  }

  /// Changes whenever the file does: inode, size and time of change; nil if it is not there.
  public static func stamp(_ path: String) -> String? {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    return "\(facts.st_ino) \(facts.st_size) \(facts.st_ctim.tv_sec).\(facts.st_ctim.tv_nsec)"
  }

  /// Owner and permission bits; symlinks are followed, nil if it is not there.
  public static func ownership(_ path: String) -> (user: UInt32, group: UInt32, mode: UInt32)? {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    return (facts.st_uid, facts.st_gid, facts.st_mode & 0o7777)
  }

  /// Whether this process may write there (access(2), with the real user).
  public static func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK) == 0 }

  /// Removes one file or symlink; one that is not there is fine.
  public static func remove(_ path: String) throws(FileError) {
    guard unsafe Glibc.unlink(path) == 0 || errno == ENOENT else {
      throw FileError("unlink", path)
    }
  }

  /// Removes a directory and what is in it; symlinks are removed, never followed.
  public static func removeTree(_ path: String) throws(FileError) {
    guard linkTarget(path) == nil else { return try remove(path) }
    for name in list(path) {
      let inner = "\(path)/\(name)"
      if linkTarget(inner) == nil && isDirectory(inner) {
        try removeTree(inner)
      } else {
        try remove(inner)
      }
    }
    guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw FileError("rmdir", path) }
  }

  /// Flushes a directory's entries to the disk.
  public static func synchronizeDirectory(_ path: String) throws(FileError) {
    let directory = try Descriptor(opening: path, flags: O_RDONLY | O_DIRECTORY)
    try directory.synchronize(path: path)
  }

  /// The absolute path with every symlink resolved (realpath(3)); nil if it is not there.
  public static func resolve(_ path: String) -> String? {
    guard let text = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  private static func unlink(_ path: String) { _ = unsafe Glibc.unlink(path) }

  static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    return (directory, String(path[path.index(after: slash)...]))
  }
}
