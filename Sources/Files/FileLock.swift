internal import Glibc

/// An open-file-description lock (fcntl(2), F_OFD_SETLK) on a file, released with it.
public struct FileLock: ~Copyable {
  /// F_OFD_SETLK of fcntl(2); Swift's Glibc module hides it behind _GNU_SOURCE.
  private static let setOpenFileDescriptionLock: Int32 = 37

  private let file: Descriptor

  /// Takes the lock on `path`, creating the file with `mode` (0600 if none is said).
  ///
  /// Tries for `milliseconds` at most; then throws EAGAIN. Waits by nanosleep(2) in short steps,
  /// as F_OFD_SETLKW cannot be bounded without a signal.
  public init(
    _ path: String, milliseconds: Int, mode: UInt32 = 0o600
  ) throws(FileError) {
    let file = try Descriptor(
      opening: path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: mode)
    // Whoever comes first makes it for all, whatever his umask(2); others may not, and need not.
    _ = fchmod(file.raw, mode)
    var waited = 0
    while true {
      var lock = flock()
      lock.l_type = Int16(F_WRLCK)
      lock.l_whence = Int16(SEEK_SET)
      if unsafe fcntl(file.raw, Self.setOpenFileDescriptionLock, &lock) == 0 { break }
      guard errno == EAGAIN || errno == EACCES || errno == EINTR, waited < milliseconds else {
        throw FileError("fcntl", path)
      }
      var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
      unsafe nanosleep(&pause, nil)
      waited += 10
    }
    self.file = file
  }
}
