public import Systemd

/// Knows what is being written, so that half of it is not read as the truth.
///
/// A rename acts at once. What is made, written in place or removed is left alone until it was
/// quiet for a while, but not behind a constant writer for ever: an editor may first rename the old
/// file away, and others remove a link and make it anew. Times are microseconds of CLOCK_BOOTTIME.
public struct Settling {
  /// A write has ended when nothing was written for so long.
  public static let quiet: UInt64 = 2_000_000
  /// A constant writer cannot hold a change back for longer.
  public static let longest: UInt64 = 30_000_000
  /// More files at once than this are not told apart: then they are read at once.
  private static let mostFiles = 4_096

  /// Stands for any path.
  public static let everything = "/"

  private struct Writing {
    var since: UInt64
    var last: UInt64
    var quiet: UInt64
  }

  private let longest: UInt64
  private var writing: [String: Writing] = [:]

  /// Nothing is being written; a constant writer is waited for at most `longest`.
  public init(longest: UInt64 = Self.longest) { self.longest = longest }

  /// Takes in an event of a directory; it is over when nothing more comes for `quiet`.
  public mutating func note(
    _ event: DirectoryEvent, in directory: String, now: UInt64, quiet: UInt64 = Self.quiet
  ) {
    let path = PathWalk.join(directory, event.name)
    switch event.kind {
    case .replaced: writing[path] = nil
    case .written where !event.name.isEmpty: write(path, now, quiet)
    case .written, .touched, .gone: break
    // What was lost may be the beginning of a write.
    case .lost: write(Self.everything, now, quiet)
    }
  }

  private mutating func write(_ path: String, _ now: UInt64, _ quiet: UInt64) {
    guard writing.count < Self.mostFiles || writing[path] != nil else { return }
    writing[path] = Writing(since: writing[path]?.since ?? now, last: now, quiet: quiet)
  }

  /// Forgets what has settled, and tells it: it is to be read now, even if it is written again.
  @discardableResult
  public mutating func settle(now: UInt64) -> Set<String> {
    let ended = writing.filter { now >= end(of: $0.value) }
    for path in ended.keys { writing[path] = nil }
    return Set(ended.keys)
  }

  /// Everything that is being written, as paths; `everything` if events were lost.
  public var paths: Set<String> { Set(writing.keys) }

  /// When the next file settles; nil: none is being written.
  public var next: UInt64? { writing.values.map(end).min() }

  private func end(of writing: Writing) -> UInt64 {
    min(writing.last + writing.quiet, writing.since + max(longest, writing.quiet))
  }
}
