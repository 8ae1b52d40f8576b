public import Systemd

/// Knows which files are being written in place, so that half of one is not read as the truth.
///
/// A rename acts at once. A file that is written in place is left alone until it was quiet for a
/// while, but not behind a constant writer for ever. Times are microseconds of CLOCK_BOOTTIME.
public struct Settling {
  /// An in-place write has ended when nothing was written for so long.
  public static let quiet: UInt64 = 2_000_000
  /// A constant writer cannot hold a change back for longer.
  public static let longest: UInt64 = 30_000_000
  /// More files at once than this are not told apart: then all wait.
  private static let mostFiles = 4_096

  private struct Writing {
    var since: UInt64
    var last: UInt64
  }

  private var writing: [String: Writing] = [:]

  /// Nothing is being written.
  public init() {}

  /// Takes in an event of a directory.
  public mutating func note(_ event: DirectoryEvent, in directory: String, now: UInt64) {
    let path = "\(directory)/\(event.name)"
    switch event.kind {
    case .replaced: writing[path] = nil
    case .written:
      guard writing.count < Self.mostFiles || writing[path] != nil else { return }
      writing[path] = Writing(since: writing[path]?.since ?? now, last: now)
    }
  }

  /// Forgets what has settled.
  public mutating func settle(now: UInt64) {
    writing = writing.filter { now < Self.end(of: $0.value) }
  }

  /// Whether a file of a service is being written: `NAME.toml` or something in `NAME.toml.d`.
  public func isWriting(_ name: String, folders: [String]) -> Bool {
    writing.keys.contains { path in
      folders.contains { folder in
        path == "\(folder)/\(name).toml"
          || (path.hasPrefix("\(folder)/\(name).toml.d/") && path.hasSuffix(".toml"))
      }
    }
  }

  /// Whether one file is being written.
  public func isWriting(path: String) -> Bool { writing[path] != nil }

  /// When the next file settles; nil: none is being written.
  public var next: UInt64? { writing.values.map(Self.end).min() }

  private static func end(of writing: Writing) -> UInt64 {
    min(writing.last + quiet, writing.since + longest)
  }
}
