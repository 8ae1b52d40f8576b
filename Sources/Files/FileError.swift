#if canImport(Glibc)
  internal import Glibc
#endif

/// A failed file operation: which call, on what, and why.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system call or check that failed, for example `openat`.
  public let operation: String
  /// The path as it was given.
  public let path: String
  /// The error number of errno(3); 0 where a check of ours refused.
  public let code: Int32
  /// Why, in words.
  public let reason: String

  /// Makes an error from the present `errno`.
  init(_ operation: String, _ path: String) {
    let code = errno
    self.init(operation, path, code: code, reason: describe(code))
  }

  /// Makes an error with a reason of our own.
  public init(_ operation: String, _ path: String, code: Int32 = 0, reason: String) {
    self.operation = operation
    self.path = path
    self.code = code
    self.reason = reason
  }

  /// Whether the file simply is not there (ENOENT, ENOTDIR).
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Whether somebody else holds a lock (EAGAIN).
  public var isBusy: Bool { code == EAGAIN }

  /// One line: what, where, why, and what to do where that is known.
  public var description: String {
    let advice = advice.map { ", \($0)" } ?? ""
    return "\"\(path)\": \(reason) (\(operation))\(advice)"
  }

  /// What an administrator can do about it, as far as errno(3) tells.
  private var advice: String? {
    switch code {
    case ENOSPC: "free space there"
    case EDQUOT: "free space there, or raise the quota"
    case EROFS: "mount it read-write"
    case EIO: "look at the disk: journalctl -k"
    case EISDIR, EEXIST, ENOTEMPTY: "move away what stands there"
    default: nil
    }
  }
}

/// The text of strerror(3), which glibc keeps in read-only memory for known codes.
func describe(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
