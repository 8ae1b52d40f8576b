internal import Files
public import Systemd

/// Watches directories and paths, also before they exist, through every symlink, and across mounts.
///
/// An event only says "look again". A file alone is never watched, as a rename over it takes the
/// watch away with the old file; its directory and every one on the way to it are.
public final class FileWatcher {
  private let loop: EventLoop
  private let onChange: (_ directory: String, _ event: DirectoryEvent) -> Void
  private var watches: [Target: Watch] = [:]
  /// What to watch → the names in it that matter; an empty name stands for all.
  private var wanted: [Target: Set<String>] = [:]
  private var refused: [Target: String] = [:]
  private var isQueueLost = false
  private var mountChange: EventSource?
  private var again: Timer?
  private var mounts: [Substring] = []

  /// Something changes while it is looked at; after so many looks its next event tells.
  private static let looks = 8

  private struct Target: Hashable, Comparable {
    enum Scope: Int { case entries, itself, file }

    var path: String
    var scope: Scope

    // Parents first: once they are watched, a change on the way below is told.
    static func < (a: Target, b: Target) -> Bool {
      (a.path, a.scope.rawValue) < (b.path, b.scope.rawValue)
    }
  }

  private struct Watch {
    var source: DirectoryWatch
    var identity: FileSystem.Identity?
  }

  /// Calls `onChange` with the directory after every event in it.
  public init(
    loop: EventLoop, onChange: @escaping (_ directory: String, _ event: DirectoryEvent) -> Void
  ) {
    self.loop = loop
    self.onChange = onChange
    // Without it, a number that is used again in a burst waits for the next event.
    again = try? loop.timer(.boottime) { [weak self] in self?.anythingChanged() }
    // Without it, only what is mounted over something that is watched goes unseen.
    mountChange = try? loop.onMountChange { [weak self] in self?.mountsChanged() }
  }

  deinit {
    mountChange?.cancel()
    again?.cancel()
    for watch in watches.values { watch.source.cancel() }
  }

  /// Watches everything in these directories, and what these paths name, and nothing else; to be
  /// called again after every event, before anything is read.
  ///
  /// Returns what the kernel refused to watch, for example as there are no watches left (ENOSPC),
  /// with the reason.
  @discardableResult
  public func watch(
    _ directories: [String], paths: [String] = []
  ) -> [(path: String, reason: String)] {
    refused = [:]
    if isQueueLost {
      // The ends of watches were lost too, and inode numbers are used again.
      isQueueLost = false
      drop { _, _ in true }
    }
    for _ in 0..<Self.looks {
      wanted = Self.targets(directories, paths)
      drop { target, watch in
        wanted[target] == nil || watch.source.isLost
          || watch.identity != FileSystem.identity(target.path)
      }
      let missing = wanted.keys.filter { watches[$0] == nil && refused[$0] == nil }
      // What changed between the look and the watch is seen by another look.
      guard !missing.isEmpty else { break }
      for target in missing.sorted() { add(target) }
    }
    mounts = relevantMounts()
    return refused.sorted { $0.key < $1.key }.map { ($0.key.path, $0.value) }
  }

  /// Whether something is watched for `name` in `directory`.
  func isWanted(_ name: String, in directory: String) -> Bool {
    guard let names = wanted[Target(path: directory, scope: .entries)] else { return false }
    return names.contains("") || names.contains(name)
  }

  private static func targets(
    _ directories: [String], _ paths: [String]
  ) -> [Target: Set<String>] {
    var walk = PathWalk()
    for path in directories + paths { walk.add(path) }
    var result: [Target: Set<String>] = [:]
    for (directory, names) in walk.entries {
      result[Target(path: directory, scope: .entries)] = names
    }
    for directory in directories where FileSystem.isDirectory(directory) {
      result[Target(path: directory, scope: .entries), default: []].insert("")
    }
    for directory in walk.directories
    where result[Target(path: directory, scope: .entries)] == nil {
      result[Target(path: directory, scope: .itself)] = []
    }
    for file in walk.files { result[Target(path: file, scope: .file)] = [] }
    return result
  }

  private func drop(where isStale: (Target, Watch) -> Bool) {
    for (target, watch) in watches where isStale(target, watch) {
      watch.source.cancel()
      watches[target] = nil
    }
  }

  private func add(_ target: Target) {
    let identity = FileSystem.identity(target.path)
    do throws(SystemdError) {
      let source: DirectoryWatch =
        switch target.scope {
        case .entries:
          try loop.watchDirectory(target.path) { [weak self] in self?.noticed($0, at: target) }
        case .itself:
          try loop.watchDirectoryItself(target.path) { [weak self] in self?.noticed($0, at: target)
          }
        case .file: try loop.watchFile(target.path) { [weak self] in self?.noticed($0, at: target) }
        }
      watches[target] = Watch(source: source, identity: identity)
    } catch {
      switch error.code {
      // It went meanwhile, which its directory tells.
      case Self.noSuchFile: break
      // The number of a deleted file is used again, and the end of its watch is not told yet.
      case Self.invalidArgument:
        again?.arm(atMicroseconds: Clock.boottimeMicroseconds() + Self.pause)
      default: refused[target] = error.reason
      }
    }
  }

  /// ENOENT.
  private static let noSuchFile: Int32 = 2
  /// Until then the loop has read what the kernel has to tell.
  private static let pause: UInt64 = 10_000
  /// EINVAL.
  private static let invalidArgument: Int32 = 22

  private func noticed(_ event: DirectoryEvent, at target: Target) {
    guard event.kind != .lost else {
      // Each watch is told of it; one is enough.
      let isFirst = !isQueueLost
      isQueueLost = true
      if isFirst { onChange(target.path, event) }
      return
    }
    guard let names = wanted[target] else { return }
    let (parent, own) = Self.split(target.path)
    guard target.scope != .file else {
      let kind = event.kind == .gone ? .touched : event.kind
      return onChange(parent, DirectoryEvent(kind: kind, name: own))
    }
    // A parent that stands for what is to come tells only of what leads there.
    let isMeant = names.contains("") || event.name.isEmpty || names.contains(event.name)
    if isMeant { onChange(target.path, event) }
    // Its parent, which would say that it was removed, is not always watched.
    if event.kind == .gone { onChange(parent, DirectoryEvent(kind: .written, name: own)) }
  }

  private static func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/"), path != "/" else { return ("/", "") }
    let parent = slash == path.startIndex ? "/" : String(path[..<slash])
    return (parent, String(path[path.index(after: slash)...]))
  }

  private func mountsChanged() {
    let now = relevantMounts()
    guard now != mounts else { return }
    mounts = now
    anythingChanged()
  }

  private func anythingChanged() { onChange("/", DirectoryEvent(kind: .touched, name: "")) }

  /// The mounts on what is watched, and on a name in it that matters.
  private func relevantMounts() -> [Substring] {
    guard mountChange != nil else { return [] }
    let watched = Set(wanted.keys.map(\.path))
    return MountTable().lines { point in
      let (parent, name) = Self.split(point)
      return watched.contains(point) || isWanted(name, in: parent)
    }
  }
}
