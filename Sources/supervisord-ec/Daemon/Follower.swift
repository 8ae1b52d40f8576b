internal import Adoption
internal import Files
internal import Generations
internal import Glibc
internal import Planner
internal import Systemd
internal import Watchers

/// Watches the files of followed certificates and has them taken in when there is a reason to.
///
/// What came of it is in each service's record, which the next look at the disk finds. Files that
/// this process may not read are handed over by systemd, in a unit of their own.
final class Follower {
  private let loop: EventLoop
  private let paths: HostPaths
  private let onChange: (_ names: [String]) -> Void
  private let onTrouble: (_ text: String, _ name: String?) -> Void
  private let startCollector: Collector
  private let roots = HostRoots()
  private var watcher: PathWatcher?
  private var services: [String: Followed] = [:]
  private var refused: Set<String> = []
  private var isWatchPosted = false

  /// Has systemd read the files of a service, and tells why it failed, nil if it did not.
  typealias Collector = (_ name: String, _ finish: @escaping (_ problem: String?) -> Void) -> Void

  /// What stands in the way is judged again after so long, as nothing tells when a certificate
  /// begins to be valid or a root is added.
  static let pause: Seconds = 5 * 60
  /// The same where systemd has to start a unit for it.
  static let collectPause: Seconds = 3600
  /// After systemd saw something move it is read so much later: what moves on meanwhile goes
  /// unseen.
  static let movedPause: Seconds = 1
  /// Somebody else writes in the service's folder, for a moment.
  static let busyPause: Seconds = 1

  /// What is known of one service in this run.
  private struct Followed {
    /// What the files are judged by.
    var input: Input
    /// Whether the files are watched, so that no change is lost while they are read.
    var isWatched = false
    /// Whether they are to be read at the next look.
    var isDue = true
    /// When (boottime) they are read again though nothing was seen to change; nil: never.
    var again: Seconds?
    /// What they were when they were read last, if nothing stood in the way.
    var good: FilesStamp?
    /// Whether systemd reads them for us at the moment.
    var isCollecting = false
    /// When systemd last saw something move there; nil: not looked at yet.
    var moved: FilesStamp?
    /// The last trouble of ours that was told.
    var told: String?
  }

  private struct Input: Equatable {
    var settings: ServiceSettings
    var serverNames: [String]
    var files: FollowedFiles
  }

  /// Calls `onChange` when services are to be looked at again.
  init(
    loop: EventLoop, paths: HostPaths, onChange: @escaping (_ names: [String]) -> Void,
    onTrouble: @escaping (_ text: String, _ name: String?) -> Void,
    startCollector: @escaping Collector
  ) throws {
    self.loop = loop
    self.paths = paths
    self.onChange = onChange
    self.onTrouble = onTrouble
    self.startCollector = startCollector
    watcher = try PathWatcher(loop: loop) { [weak self] in self?.changed($0) }
  }

  /// Everything is to be read again.
  func lookAnew() { for name in services.keys { services[name]?.isDue = true } }

  private func changed(_ paths: [String]) {
    let changed = Set(paths)
    let names = services.filter { !changed.isDisjoint(with: $0.value.input.files.paths) }.keys
    for name in names { services[name]?.isDue = true }
    onChange(names.sorted())
  }

  /// Reads the files of a service if there is a reason to; in how many seconds there is one again.
  ///
  /// `settings`: those in force; without followed files the service is forgotten.
  func look(
    at name: String, settings: ServiceSettings?, adoption: Adoption?, clock: ClockFacts
  ) -> Seconds? {
    guard let settings, let adoption, settings.certificate.source == .followed,
      let files = settings.certificate.followed
    else {
      forget(name)
      return nil
    }
    let input = Input(settings: settings, serverNames: adoption.serverNames, files: files)
    var known = services[name] ?? Followed(input: input)
    if known.input != input { (known.isDue, known.good) = (true, nil) }
    if known.input.files != files { known.isWatched = false }
    known.input = input
    let moved = FilesStamp([ServiceStore(root: paths.state, name: name).followedChangePath])
    if let before = known.moved, before != moved {
      known.again = Self.earlier(known.again, clock.boottime + Self.movedPause)
    }
    known.moved = moved
    if let again = known.again, clock.boottime >= again { known.isDue = true }
    if !known.isWatched { watchSoon() }
    if known.isWatched && known.isDue && !known.isCollecting { read(name, &known, clock) }
    services[name] = known
    return known.again.map { max(1, $0 - clock.boottime) }
  }

  /// Forgets a service that follows nothing any more.
  func forget(_ name: String) {
    if services.removeValue(forKey: name) != nil { watchSoon() }
  }

  private static func earlier(_ moment: Seconds?, _ other: Seconds) -> Seconds {
    min(moment ?? other, other)
  }

  // MARK: Watching

  /// Once for all services that are new: each call walks every path.
  private func watchSoon() {
    guard !isWatchPosted else { return }
    isWatchPosted = true
    loop.post { [weak self] in self?.watch() }
  }

  private func watch() {
    isWatchPosted = false
    watcher?.follow(Set(services.values.flatMap(\.input.files.paths)).sorted())
    // What may not even be looked into is read, and so watched, by systemd.
    for one in watcher?.refused ?? []
    where FileSystem.isReadable(one.path) && refused.insert(one.path).inserted {
      onTrouble(
        "\"\(one.path)\" cannot be watched: \(one.reason); changes there are seen within a day,"
          + " or with: systemctl reload supervisord-ec", nil)
    }
    let new = services.filter { !$0.value.isWatched }.keys
    for name in new { services[name]?.isWatched = true }
    if !new.isEmpty { onChange(new.sorted()) }
  }

  // MARK: Reading

  private func read(_ name: String, _ known: inout Followed, _ clock: ClockFacts) {
    known.isDue = false
    let stamp = FilesStamp(known.input.files.paths)
    // What is unchanged, was good and is still kept need not be judged again.
    if stamp.isTrusted, stamp == known.good, isKept(name) { return }
    known.again = nil
    known.good = nil
    var content = FollowedContent(reading: known.input.files)
    defer { content.wipe() }
    if content.isOutOfReach(known.input.files),
      CollectorPieces(name: name, root: paths.root).areFor(known.input.files)
    {
      return collect(name, &known, clock)
    }
    take(content, name, &known, clock, pause: Self.pause)
    if known.again == nil { known.good = stamp }
  }

  private func isKept(_ name: String) -> Bool {
    let store = ServiceStore(root: paths.state, name: name)
    guard let accepted = store.followed()?.accepted else { return false }
    return store.importedCertificate(accepted.sha256) != nil
  }

  private func take(
    _ content: FollowedContent, _ name: String, _ known: inout Followed, _ clock: ClockFacts,
    pause: Seconds, isHandedOver: Bool = false
  ) {
    var intake = FollowedIntake(
      name: name, settings: known.input.settings, serverNames: known.input.serverNames,
      paths: paths, now: clock.realtime)
    intake.isHandedOver = isHandedOver
    intake.anchors = roots.anchors
    do {
      let facts = try intake.take(content, lockMilliseconds: 0)
      known.told = nil
      guard let finding = facts.finding else { return }
      known.again = Self.again(finding, clock, pause)
    } catch let error as FileError where error.isBusy {
      known.isDue = true
      known.again = clock.boottime + Self.busyPause
    } catch {
      known.again = clock.boottime + pause
      let text =
        "what the followed files hold cannot be kept: \(error); it is tried again by itself"
      if known.told != text { onTrouble(text, name) }
      known.told = text
    }
  }

  /// When (boottime) what stands in the way is judged again: once a write would be over, or after
  /// the pause.
  private static func again(
    _ finding: FollowedFinding, _ clock: ClockFacts, _ pause: Seconds
  ) -> Seconds {
    let settles = finding.countsAt - clock.realtime
    return clock.boottime + (settles > 0 ? min(settles, pause) : pause)
  }

  // MARK: Files that only root may read

  private func collect(_ name: String, _ known: inout Followed, _ clock: ClockFacts) {
    known.isCollecting = true
    startCollector(name) { [weak self] in self?.collected(name, problem: $0) }
  }

  /// The unit wrote the record itself, unless systemd could not even read the files.
  private func collected(_ name: String, problem: String?) {
    guard var known = services[name] else { return }
    known.isCollecting = false
    let clock = ClockWatcher.facts(builtAt: 0, synchronised: nil)
    let moved = known.again
    known.again = nil
    if let problem {
      take(
        FollowedContent(problem: problem, of: known.input.files), name, &known, clock,
        pause: Self.collectPause, isHandedOver: true)
    } else if let finding = ServiceStore(root: paths.state, name: name).followed()?.finding {
      known.again = Self.again(finding, clock, Self.collectPause)
    }
    if let moved { known.again = Self.earlier(known.again, moved) }
    services[name] = known
    onChange([name])
  }
}
