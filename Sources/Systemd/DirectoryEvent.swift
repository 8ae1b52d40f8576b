internal import CSystemd
internal import Glibc

/// A hint that something in a directory may have changed (inotify(7)): never what happened for
/// certain, as events are merged, doubled and lost.
public struct DirectoryEvent: Equatable, Sendable {
  /// How the change came about.
  public enum Kind: Equatable, Sendable {
    /// A file was made or written in place: more may follow.
    case written
    /// A file came or went as a whole, or the directory itself changed.
    case replaced
  }

  /// How the change came about.
  public let kind: Kind
  /// The file's name in the directory; empty: the directory itself, or unknown after an overflow.
  public let name: String

  /// Makes an event.
  public init(kind: Kind, name: String) {
    self.kind = kind
    self.name = name
  }

  init(mask: UInt32, name: String) {
    let isWrite = mask & UInt32(IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE) != 0
    let isDirectory = mask & UInt32(IN_ISDIR) != 0
    self.init(kind: isWrite && !isDirectory && !name.isEmpty ? .written : .replaced, name: name)
  }

  /// The name that follows the structure, padded with NUL.
  static func name(_ event: UnsafePointer<inotify_event>?) -> String {
    guard let event = unsafe event, unsafe event.pointee.len > 0 else { return "" }
    let text = unsafe UnsafeRawPointer(event + 1).assumingMemoryBound(to: UInt8.self)
    let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(event.pointee.len))
    return unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
