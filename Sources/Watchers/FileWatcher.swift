internal import Files
public import Systemd

/// Watches directories, also before they exist: then their nearest existing parent.
///
/// An event only says "look again". Files are never watched themselves, as a rename over one
/// takes the watch away with the old file.
public final class FileWatcher {
  private let loop: EventLoop
  private let onChange: (_ directory: String, _ event: DirectoryEvent) -> Void
  private var watches: [String: DirectoryWatch] = [:]
  private var wanted: [String] = []

  /// Calls `onChange` with the directory after every event in it.
  public init(
    loop: EventLoop, onChange: @escaping (_ directory: String, _ event: DirectoryEvent) -> Void
  ) {
    self.loop = loop
    self.onChange = onChange
  }

  /// Watches these directories and no others; to be called again after every event.
  ///
  /// Returns the directories that the kernel refused to watch, for example as there are no
  /// watches left (ENOSPC), with the reason.
  @discardableResult
  public func watch(_ directories: [String]) -> [(path: String, reason: String)] {
    wanted = directories
    let existing = Set(directories.map(nearest))
    for (path, watch) in watches where !existing.contains(path) || watch.isLost {
      watch.cancel()
      watches[path] = nil
    }
    var refused: [(path: String, reason: String)] = []
    for path in existing.sorted() where watches[path] == nil {
      do throws(SystemdError) {
        watches[path] = try loop.watchDirectory(path) { [onChange] in onChange(path, $0) }
      } catch {
        refused.append((path, error.reason))
      }
    }
    return refused
  }

  /// Whether a lost or newly possible watch asks for `watch` to be called again.
  public var isStale: Bool {
    watches.values.contains { $0.isLost } || wanted.contains { watches[nearest($0)] == nil }
  }

  private func nearest(_ path: String) -> String {
    var path = path
    while !path.isEmpty && path != "/" && !FileSystem.isDirectory(path) {
      path = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
    }
    return path.isEmpty ? "/" : path
  }
}
