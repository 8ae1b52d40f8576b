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
  /// Watched path → the names in it that matter; an empty name stands for all.
  private var interests: [String: Set<String>] = [:]

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
    interests = [:]
    for directory in directories {
      let existing = nearest(directory)
      interests[existing, default: []].insert(next(of: directory, below: existing))
    }
    for (path, watch) in watches where interests[path] == nil || watch.isLost {
      watch.cancel()
      watches[path] = nil
    }
    var refused: [(path: String, reason: String)] = []
    for path in interests.keys.sorted() where watches[path] == nil {
      do throws(SystemdError) {
        watches[path] = try loop.watchDirectory(path) { [weak self] in self?.noticed($0, in: path) }
      } catch {
        refused.append((path, error.reason))
      }
    }
    return refused
  }

  /// A parent that stands for a directory to come tells only of what leads there.
  private func noticed(_ event: DirectoryEvent, in path: String) {
    guard let names = interests[path] else { return }
    let isWanted = names.contains("") || event.name.isEmpty || names.contains(event.name)
    if isWanted { onChange(path, event) }
  }

  /// The first component of `directory` below `existing`; empty: it is the directory itself.
  private func next(of directory: String, below existing: String) -> String {
    guard directory != existing else { return "" }
    let rest = directory.dropFirst(existing == "/" ? 1 : existing.utf8.count + 1)
    return String(rest.prefix { $0 != "/" })
  }

  private func nearest(_ path: String) -> String {
    var path = path
    while !path.isEmpty && path != "/" && !FileSystem.isDirectory(path) {
      path = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
    }
    return path.isEmpty ? "/" : path
  }
}
