internal import Adoption
internal import Coordinator
internal import Files
internal import Generations
internal import Glibc
internal import Planner
internal import Settings
internal import Systemd
internal import Watchers

/// The daemon: one loop that looks, plans and acts.
///
/// No handler acts by itself; each only notes that there is something to look at.
final class Daemon {
  private let loop: EventLoop
  private let manager: Manager
  private let observer: DiskObserver
  private let announcer = Announcer()
  private let performer: Performer
  private let builtAt: UnixSeconds
  private var units: UnitWatcher?
  private var clock: ClockWatcher?
  private var files: FileWatcher?
  private var follower: Follower?
  private var settling = Settling()
  private var settled: Timer?
  private var settlesAt: UInt64?
  /// Services whose settings are read even if they are written again: the writer never rests.
  private var settledNames: Set<String> = []
  private var rest: Rest?
  private var signals: [EventSource] = []
  private var services: [String: ServiceCoordinator] = [:]
  private var loaded: [String: LoadedSettings] = [:]
  private var wakeMoments: [String: UnixSeconds] = [:]
  private var turns = Turns()
  private var turnIsDue = false
  private var retries = Retries()
  private var dirty: Set<String> = []
  private var everythingIsDirty = true
  private var watchesAreStale = false
  private var synchronised: Bool?
  private var isReloading = false
  private var status = ""
  private var summaries: [String: GuardSummary.Service] = [:]
  private var summaryText: String?
  /// When everything was looked at last, on the boottime clock.
  private var lookedAtAll: Seconds = 0
  /// When everything may be looked at again, in microseconds of that clock, and what waits for it.
  private var nextFullLook: UInt64 = 0
  private var fullLookTimer: Timer?
  private var refusedWatches: Set<String> = []

  init(paths: HostPaths, builtAt: UnixSeconds) throws {
    loop = try EventLoop()
    manager = Manager(loop: loop)
    observer = DiskObserver(paths: paths)
    performer = Performer(loop: loop, manager: manager, paths: paths)
    self.builtAt = builtAt
  }

  /// Runs until SIGTERM or SIGINT; returns the exit status.
  func run() throws -> Int32 {
    try loop.enableWatchdog()
    for signal in [SIGTERM, SIGINT] {
      signals.append(try loop.onSignal(signal) { [weak self] in self?.stop() })
    }
    signals.append(try loop.onSignal(SIGHUP) { [weak self] in self?.reload() })
    units = UnitWatcher(manager: manager) { [weak self] unit in self?.look(atUnit: unit) }
    clock = try ClockWatcher(
      loop: loop, onMoment: { [weak self] in self?.lookAtDue() },
      onSet: { [weak self] in self?.clockWasSet() })
    files = FileWatcher(loop: loop) { [weak self] in self?.noticed($1, in: $0) }
    follower = try makeFollower()
    settled = try loop.timer(.boottime) { [weak self] in self?.lookAtSettled() }
    fullLookTimer = try loop.timer(.boottime) {}
    rest = try Rest(loop: loop)
    try loop.afterEach { [weak self] in self?.pass() }
    removeLeftovers()
    manager.connect()
    pass()
    announcer.say("daemon-started", "started, \(summary())", .notice)
    Notify.ready(status: summary())
    return try loop.run()
  }

  /// Removes what a killed process of ours left half written; nobody reads it.
  private func removeLeftovers() {
    let paths = observer.paths
    var folders = [paths.runtime, paths.requests, "\(paths.state)/units"]
    for name in observer.names() {
      folders += ["\(paths.state)/\(name)", "\(observer.folders.etc)/\(name).toml.d"]
    }
    for folder in folders { FileSystem.removeTemporaries(in: folder) }
  }

  private func stop() {
    Notify.stopping()
    let now = ClockWatcher.facts(builtAt: builtAt, synchronised: synchronised)
    for service in services.values { service.remember(now) }
    announcer.say(
      "daemon-stopped", "stopping; the services run on and restarts still renew", .notice)
    loop.exit(0)
  }

  private func reload() {
    Notify.reloading()
    isReloading = true
    for service in services.values { service.lookAnew() }
    nextFullLook = 0
    follower?.lookAnew()
    lookAtAll()
  }

  // MARK: Hints

  private func lookAtAll() { everythingIsDirty = true }

  /// Only the services whose moment has come; once a day all, should an event have been lost.
  private func lookAtDue() {
    let now = ClockWatcher.facts(builtAt: builtAt, synchronised: nil)
    if now.boottime - lookedAtAll >= Limits.longestSleep {
      follower?.lookAnew()
      return lookAtAll()
    }
    dirty.formUnion(wakeMoments.filter { $0.value <= now.realtime }.keys)
    turnIsDue = true
  }

  private func noticed(_ event: DirectoryEvent, in directory: String) {
    // What we write ourselves is no news; looking at it would make us write again.
    if observer.isOwnWrite(event.name, in: directory) { return }
    let service = observer.service(of: event.name, in: directory)
    if observer.isWrittenByOthers(directory) {
      settling.note(
        event, in: directory, now: Systemd.Clock.boottimeMicroseconds(), quiet: quiet(of: service))
    }
    guard let name = service, services[name] != nil else { return lookAtAll() }
    dirty.insert(name)
    // A file may have become a symlink, or point elsewhere now.
    if !observer.isState(directory) { watchesAreStale = true }
  }

  private func makeFollower() throws -> Follower {
    try Follower(
      loop: loop, paths: observer.paths,
      onChange: { [weak self] in self?.followedChanged($0) },
      onTrouble: { [weak self] text, name in
        self?.announcer.trouble("not-followed", text, service: name)
      },
      startCollector: { [weak self] name, finish in
        self?.manager.startAndTell(unit: CollectorPieces(name: name).service, finish: finish)
      })
  }

  private func followedChanged(_ names: [String]) {
    dirty.formUnion(names)
    let now = Systemd.Clock.boottimeMicroseconds()
    for name in names { services[name]?.saw(changeAt: now) }
  }

  private func lookAtSettled() {
    settlesAt = nil
    let ended = settling.settle(now: Systemd.Clock.boottimeMicroseconds())
    let names = services.keys.filter { concern(ended, $0) }
    dirty.formUnion(names)
    settledNames.formUnion(names)
    // What ended may concern nobody, and then no pass follows.
    awaitSettling()
  }

  /// Armed anew for the same moment, the timer would never fire behind a writer that never rests.
  private func awaitSettling() {
    guard let end = settling.next, end != settlesAt else { return }
    settlesAt = end
    settled?.arm(atMicroseconds: end, accuracyMicroseconds: 1_000)
  }

  private func look(atUnit unit: String) {
    if let name = units?.service(of: unit) { dirty.insert(name) } else { lookAtAll() }
  }

  // MARK: One pass

  /// Looks at what was hinted at, and lets each service's coordinator act.
  private func pass() {
    let began = Systemd.Clock.boottimeMicroseconds()
    let isFull = everythingIsDirty && fullLookIsDue(began)
    guard isFull || !dirty.isEmpty || turnIsDue else { return }
    turnIsDue = false
    if isFull { observer.forgetAll() }
    let names = isFull ? observer.names() : dirty.sorted()
    if isFull { everythingIsDirty = false }
    dirty = []
    if isFull || watchesAreStale {
      watchesAreStale = false
      watchDirectories(isFull ? names : services.keys.sorted())
    }
    if isFull {
      askTheClock()
      forgetServices(except: Set(names))
    }
    let now = ClockWatcher.facts(builtAt: builtAt, synchronised: synchronised)
    if isFull { lookedAtAll = now.boottime }
    for name in names { consider(name, now) }
    while let name = turns.next(now: now.boottime) { consider(name, now) }
    wake(now)
    awaitSettling()
    rest?.putOff()
    say(summary())
    if isFull { nextFullLook = 2 * Systemd.Clock.boottimeMicroseconds() - began }
  }

  /// A look at everything is followed by a pause as long as it took.
  ///
  /// Whoever writes the files of many services at once causes many such looks; events of the
  /// services that are known, and answers of systemd, are taken up in between.
  private func fullLookIsDue(_ now: UInt64) -> Bool {
    if now >= nextFullLook { return true }
    fullLookTimer?.arm(atMicroseconds: nextFullLook, accuracyMicroseconds: 1_000)
    return false
  }

  private func wake(_ now: ClockFacts) {
    let all = lookedAtAll + Limits.longestSleep - now.boottime
    let due = wakeMoments.values.min().map { $0 - now.realtime } ?? all
    clock?.wake(in: min(all, due, turns.pause(now: now.boottime) ?? all))
  }

  private func consider(_ name: String, _ now: ClockFacts) {
    let service =
      services[name]
      ?? ServiceCoordinator(
        name: name, paths: observer.paths, performer: performer, announcer: announcer
      ) { [weak self] step in
        self?.finished(step, of: name)
      }
    services[name] = service
    let unit = observer.adoption(name)?.unit
    if let unit { units?.follow(unit, service: name) }
    // After a step of ours the unit is looked at first; its answer brings us here again.
    if let unit, units?.isStale(unit) == true { return }
    let loaded = load(name)
    let readAgain = follower?.look(
      at: name, settings: loaded.settings ?? service.memory.lastValidSettings,
      adoption: observer.adoption(name), clock: now)
    let observation = observer.observe(
      name, state: service.memory, clock: now,
      unit: unit.flatMap { units?.facts(of: $0) } ?? UnitFacts(activity: .unknown),
      loaded: loaded)
    let mayAct = turns.mayAct(name, now: now.boottime)
    service.consider(observation, origins: loaded.origins, mayAct: mayAct)
    summarize(service)
    turns.note(
      name, acting: service.running?.cost, isWaiting: service.plan?.step != nil,
      isInTrouble: summaries[name]?.isInTrouble ?? false, now: now.boottime)
    wakeMoments[name] = service.wakeAt
    let pause = retries.pause(
      name, isInTrouble: isHardToRead(name, observation, loaded),
      boottime: now.boottime)
    for pause in [pause, readAgain].compactMap(\.self) {
      wakeMoments[name] = min(wakeMoments[name] ?? .max, now.realtime + pause)
    }
  }

  /// Whether something is there and cannot be read, perhaps for a moment only.
  private func isHardToRead(
    _ name: String, _ observation: Observation, _ loaded: LoadedSettings
  ) -> Bool {
    if case .unreadable = observation.ratchet { return true }
    if loaded.problems.contains(where: { $0.code == "unreadable" }) { return true }
    return observation.adoption == nil
      && FileSystem.exists("\(observer.paths.adopted)/\(name).json")
  }

  /// The settings, but for a write in progress: then as they were before it.
  ///
  /// Unchanged bytes are not parsed again, as the parser below never gives memory back.
  private func load(_ name: String) -> LoadedSettings {
    let before = loaded[name]
    let hasSettled = settledNames.remove(name) != nil
    if let before, !hasSettled, concern(settling.paths, name) { return before }
    let now = loadSettings(name: name, folders: observer.folders, previous: before)
    loaded[name] = now
    return now
  }

  /// Whether one of these changes is one of a service's settings, also behind a symlink.
  private func concern(_ changed: Set<String>, _ name: String) -> Bool {
    guard !changed.isEmpty else { return false }
    return changed.contains(Settling.everything)
      || changed.contains { observer.areSettings($0, of: name) }
      || !observer.places(of: loaded[name]).isDisjoint(with: changed)
  }

  /// How long a write into the settings of a service must be over; nil: of any.
  private func quiet(of name: String?) -> UInt64 {
    let settings = name.map { [loaded[$0]?.settings] } ?? loaded.values.map(\.settings)
    let seconds =
      settings.compactMap { $0?.quietInterval }.max() ?? ServiceSettings.defaultQuietInterval
    return UInt64(clamping: seconds) * 1_000_000
  }

  /// A step ended: look again, after a job also at its unit; who waited longest has its turn.
  private func finished(_ step: Step, of name: String) {
    switch step {
    case .reload, .restart:
      if let unit = observer.adoption(name)?.unit { units?.refresh(unit) }
    case .recordFirstSight, .enforce, .readCalendar, .stage, .lookUpPorts, .check, .switchCurrent,
      .probe, .commit, .rollBack, .prune, .answer:
      break
    }
    turns.stepEnded(name, now: Seconds(Systemd.Clock.boottimeMicroseconds() / 1_000_000))
    dirty.insert(name)
  }

  private func forgetServices(except names: Set<String>) {
    for (name, _) in services where !names.contains(name) {
      services[name] = nil
      turns.forget(name)
      wakeMoments[name] = nil
      retries.forget(name)
      follower?.forget(name)
      loaded[name] = nil
      summaries[name] = nil
      summaryText = nil
      settledNames.remove(name)
      try? FileSystem.remove(observer.paths.status(of: name))
    }
    let adopted = Set(names.compactMap { observer.adoption($0)?.unit })
    for unit in units?.followed ?? [] where !adopted.contains(unit) { units?.forget(unit) }
  }

  // MARK: Senses

  private func watchDirectories(_ names: [String]) {
    let directories = observer.watchedDirectories(names)
    for refused in files?.watch(directories, paths: observer.watchedPaths()) ?? []
    where refusedWatches.insert(refused.path).inserted {
      announcer.trouble(
        "not-watched",
        "\"\(refused.path)\" cannot be watched: \(refused.reason); changes there are"
          + " seen within a day, or with: systemctl reload supervisord-ec")
    }
  }

  /// Whether the new time can be believed is asked first, so that a right step raises no doubt.
  private func clockWasSet() {
    synchronised = nil
    guard manager.isConnected else { return lookAtAll() }
    askTheClock()
  }

  private func askTheClock() {
    guard manager.isConnected else { return }
    guard services.values.contains(where: \.isClockInDoubt) || synchronised == nil else { return }
    manager.clockIsSynchronized { [weak self] answer in
      guard let self else { return }
      let value = (try? answer.get()) ?? false
      guard self.synchronised != value else { return }
      self.synchronised = value
      self.lookAtAll()
    }
  }

  // MARK: Saying

  private func say(_ text: String) {
    if isReloading {
      isReloading = false
      status = text
      Notify.ready(status: text)
    } else if text != status {
      status = text
      Notify.status(text)
    }
  }

  private func summarize(_ service: ServiceCoordinator) {
    let now = GuardSummary.Service(
      name: service.name, isGuarded: service.plan?.condition != .notAdopted,
      next: service.plan?.upcoming.first { $0.at != nil },
      isInTrouble: service.plan?.notices.contains { $0.severity == .error } ?? false)
    guard summaries[service.name] != now else { return }
    summaries[service.name] = now
    summaryText = nil
  }

  private func summary() -> String {
    if let summaryText { return summaryText }
    let text = GuardSummary.text(Array(summaries.values))
    summaryText = text
    return text
  }
}
