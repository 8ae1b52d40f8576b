internal import CSystemd
internal import Glibc

/// A hint that something in a directory may have changed (inotify(7)): never what happened for
/// certain, as events are merged, doubled and lost.
public struct DirectoryEvent: Equatable, Sendable {
  /// How the change came about.
  public enum Kind: Equatable, Sendable {
    /// Something was made, written in place or removed: more may follow, as of an editor that first
    /// renames the old file away.
    case written
    /// Something came as a whole, by rename(2).
    case replaced
    /// Rights changed: says nothing of a file's content.
    case touched
    /// What is watched was itself deleted, moved away or unmounted.
    case gone
    /// The kernel's queue was full: anything may have changed, anywhere.
    case lost
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
    let kind: Kind =
      if mask & UInt32(IN_Q_OVERFLOW) != 0 {
        .lost
      } else if mask & UInt32(IN_MOVED_TO) != 0 {
        .replaced
      } else if mask & Self.unfinished != 0 {
        .written
      } else {
        mask & UInt32(IN_ATTRIB) != 0 ? .touched : .gone
      }
    self.init(kind: kind, name: name)
  }

  private static let unfinished = UInt32(
    IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM)

  /// The name that follows the structure, padded with NUL.
  static func name(_ event: UnsafePointer<inotify_event>?) -> String {
    guard let event = unsafe event, unsafe event.pointee.len > 0 else { return "" }
    let text = unsafe UnsafeRawPointer(event + 1).assumingMemoryBound(to: UInt8.self)
    let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(event.pointee.len))
    return unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
