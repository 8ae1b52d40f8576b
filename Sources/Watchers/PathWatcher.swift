internal import Files
public import Systemd

/// Tells when what a path names may have changed: the content, a link, or a directory on the way.
///
/// It says "look again", never what happened, and never while something is being written: a rename
/// is told at once, a write when it was quiet for a while. A path need not exist. Reads nothing.
public final class PathWatcher {
  /// Paths at once: each costs a few of the user's inotify watches.
  public static let mostPaths = 4_096

  private let loop: EventLoop
  private let quiet: UInt64
  private let onChange: (_ paths: [String]) -> Void
  private var files: FileWatcher?
  private var timer: Timer?
  private var settling: Settling
  private var walks: [String: PathWalk] = [:]
  /// Paths to look at in the next pass.
  private var hinted: Set<String> = []
  /// Paths that wait for the end of a write → what is being written.
  private var held: [String: Set<String>] = [:]
  private var isPassPosted = false
  /// When the timer fires; nil: it is not armed.
  private var wakesAt: UInt64?

  /// What the kernel refused to watch at the last look, with the reason.
  public private(set) var refused: [(path: String, reason: String)] = []

  /// Calls `onChange` with the paths that are to be looked at again: `quietMicroseconds` after the
  /// last write, `longestMicroseconds` after the first one.
  public init(
    loop: EventLoop, quietMicroseconds: UInt64 = Settling.quiet,
    longestMicroseconds: UInt64 = Settling.longest,
    onChange: @escaping (_ paths: [String]) -> Void
  ) throws(SystemdError) {
    self.loop = loop
    quiet = quietMicroseconds
    settling = Settling(longest: longestMicroseconds)
    self.onChange = onChange
    files = FileWatcher(loop: loop) { [weak self] in self?.noticed($1, in: $0) }
    timer = try loop.timer(.boottime) { [weak self] in self?.settle() }
  }

  /// Follows these absolute paths, at most `mostPaths`, and no others; from now on every change is
  /// told, so read them after this.
  public func follow(_ paths: [String]) {
    walks = [:]
    for path in paths.prefix(Self.mostPaths) { walks[path] = PathWalk() }
    hinted.formIntersection(walks.keys)
    held = held.filter { walks[$0.key] != nil }
    look()
  }

  private func noticed(_ event: DirectoryEvent, in directory: String) {
    settling.note(event, in: directory, now: Clock.boottimeMicroseconds(), quiet: quiet)
    // Mounts and lost events can concern everything.
    let isAboutAll = event.kind == .lost || (directory == "/" && event.name.isEmpty)
    let concerned = walks.filter { isAboutAll || $0.value.contains(event.name, in: directory) }
    guard !concerned.isEmpty else { return }
    hinted.formUnion(concerned.keys)
    guard !isPassPosted else { return }
    isPassPosted = true
    loop.post { [weak self] in self?.pass() }
  }

  /// Watches are set before anybody reads.
  private func pass() {
    isPassPosted = false
    let writing = settling.paths
    // Where the way led before counts too: a folder may be gone with what was written in it.
    for path in hinted { hold(path, writing) }
    look()
    for path in hinted { hold(path, writing) }
    tell(hinted.filter { held[$0]?.isDisjoint(with: writing) ?? true })
  }

  private func settle() {
    wakesAt = nil
    let ended = settling.settle(now: Clock.boottimeMicroseconds())
    look()
    let writing = settling.paths
    // Not whether it is written again counts, but that the writer had its time.
    tell(
      Set(
        held.filter { !$0.value.isDisjoint(with: ended) || $0.value.isDisjoint(with: writing) }
          .keys))
  }

  private func tell(_ paths: Set<String>) {
    hinted.subtract(paths)
    for path in paths { held[path] = nil }
    // Armed anew for the same moment, a timer would wait for its turn anew too, which behind a
    // writer that never rests never comes.
    if let next = settling.next, next != wakesAt {
      wakesAt = next
      timer?.arm(atMicroseconds: next, accuracyMicroseconds: Self.accuracy)
    }
    if !paths.isEmpty { onChange(paths.sorted()) }
  }

  private func hold(_ path: String, _ writing: Set<String>) {
    guard !writing.isEmpty, let walk = walks[path] else { return }
    let places = writing.intersection(walk.all + [Settling.everything])
    if !places.isEmpty { held[path, default: []].formUnion(places) }
  }

  private func look() {
    refused = files?.watch([], paths: walks.keys.sorted()) ?? []
    for path in walks.keys { walks[path] = PathWalk(path) }
  }

  /// How late the end of a write may be noticed, in microseconds.
  private static let accuracy: UInt64 = 1_000
}
