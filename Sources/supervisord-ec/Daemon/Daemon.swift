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
  private var settling = Settling()
  private var settled: Timer?
  private var signals: [EventSource] = []
  private var services: [String: ServiceCoordinator] = [:]
  private var loaded: [String: LoadedSettings] = [:]
  private var wakeMoments: [String: UnixSeconds] = [:]
  private var dirty: Set<String> = []
  private var everythingIsDirty = true
  private var watchesAreStale = false
  private var synchronised: Bool?
  private var isReloading = false
  private var status = ""
  private var refusedWatches: Set<String> = []

  /// At most so many services are acted on at once, so that a host with many stays responsive.
  private static let actionsAtOnce = 4

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
      loop: loop, onMoment: { [weak self] in self?.lookAtAll() },
      onSet: { [weak self] in self?.clockWasSet() })
    files = FileWatcher(loop: loop) { [weak self] in self?.noticed($1, in: $0) }
    settled = try loop.timer(.boottime) { [weak self] in self?.lookAtSettled() }
    try loop.afterEach { [weak self] in self?.pass() }
    manager.connect()
    pass()
    announcer.say("daemon-started", "started, \(summary())", .notice)
    Notify.ready(status: summary())
    return try loop.run()
  }

  private func stop() {
    Notify.stopping()
    announcer.say(
      "daemon-stopped", "stopping; the services run on and restarts still renew", .notice)
    loop.exit(0)
  }

  private func reload() {
    Notify.reloading()
    isReloading = true
    for service in services.values { service.lookAnew() }
    lookAtAll()
  }

  // MARK: Hints

  private func lookAtAll() { everythingIsDirty = true }

  private func noticed(_ event: DirectoryEvent, in directory: String) {
    settling.note(event, in: directory, now: Systemd.Clock.boottimeMicroseconds())
    guard let name = observer.service(of: event.name, in: directory), services[name] != nil else {
      return lookAtAll()
    }
    dirty.insert(name)
    // A file may have become a symlink, or point elsewhere now.
    if !observer.isState(directory) { watchesAreStale = true }
  }

  private func lookAtSettled() {
    dirty.formUnion(services.keys.filter(isWriting))
    settling.settle(now: Systemd.Clock.boottimeMicroseconds())
  }

  private func look(atUnit unit: String) {
    if let name = units?.service(of: unit) { dirty.insert(name) } else { lookAtAll() }
  }

  // MARK: One pass

  /// Looks at what was hinted at, and lets each service's coordinator act.
  private func pass() {
    guard everythingIsDirty || !dirty.isEmpty else { return }
    let isFull = everythingIsDirty
    let names = isFull ? observer.names() : dirty.sorted()
    everythingIsDirty = false
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
    for name in names { consider(name, now) }
    let next = wakeMoments.values.min() ?? now.realtime + Limits.longestSleep
    clock?.wake(in: next - now.realtime)
    if let end = settling.next { settled?.arm(atMicroseconds: end, accuracyMicroseconds: 1_000) }
    say(summary())
  }

  private func consider(_ name: String, _ now: ClockFacts) {
    let service =
      services[name]
      ?? ServiceCoordinator(
        name: name, paths: observer.paths, performer: performer, announcer: announcer
      ) { [weak self] in
        self?.finished(name)
      }
    services[name] = service
    let unit = observer.adoption(name)?.unit
    if let unit { units?.follow(unit, service: name) }
    // After a step of ours the unit is looked at first; its answer brings us here again.
    if let unit, units?.isStale(unit) == true { return }
    let loaded = load(name)
    let observation = observer.observe(
      name, state: service.memory, clock: now,
      unit: unit.flatMap { units?.facts(of: $0) } ?? UnitFacts(activity: .unknown),
      loaded: loaded)
    let busy = services.values.filter { $0.isBusy && $0 !== service }.count
    service.consider(
      observation, origins: loaded.origins, mayAct: busy < Self.actionsAtOnce)
    wakeMoments[name] = service.wakeAt
  }

  /// The settings, but for a write in progress: then as they were before it.
  ///
  /// Unchanged bytes are not parsed again, as the parser below never gives memory back.
  private func load(_ name: String) -> LoadedSettings {
    let before = loaded[name]
    if let before, isWriting(name) { return before }
    let now = loadSettings(name: name, folders: observer.folders, previous: before)
    loaded[name] = now
    return now
  }

  /// Whether a settings file of a service is being written in place, also behind a symlink.
  private func isWriting(_ name: String) -> Bool {
    guard settling.next != nil else { return false }
    if settling.isWriting(name, folders: observer.folders.all) { return true }
    return loaded[name]?.fragments.contains { fragment in
      FileSystem.resolve(fragment.path).map { settling.isWriting(path: $0) } ?? false
    } ?? false
  }

  /// A step ended: look again at its unit, and at all who may have waited for their turn.
  private func finished(_ name: String) {
    if let unit = observer.adoption(name)?.unit { units?.refresh(unit) }
    dirty.insert(name)
    dirty.formUnion(services.filter { $0.value.plan?.step != nil }.map(\.key))
  }

  private func forgetServices(except names: Set<String>) {
    for (name, _) in services where !names.contains(name) {
      services[name] = nil
      wakeMoments[name] = nil
      loaded[name] = nil
      try? FileSystem.remove(observer.paths.status(of: name))
    }
    let adopted = Set(names.compactMap { observer.adoption($0)?.unit })
    for unit in units?.followed ?? [] where !adopted.contains(unit) { units?.forget(unit) }
  }

  // MARK: Senses

  private func watchDirectories(_ names: [String]) {
    for refused in files?.watch(observer.watchedDirectories(names)) ?? []
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

  private func summary() -> String {
    GuardSummary.text(
      services.values.map { service in
        GuardSummary.Service(
          name: service.name, isGuarded: service.plan?.condition != .notAdopted,
          next: service.plan?.upcoming.first { $0.at != nil },
          isInTrouble: service.plan?.notices.contains { $0.severity == .error } ?? false)
      })
  }
}
