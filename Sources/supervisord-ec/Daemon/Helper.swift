internal import Coordinator
internal import Files
internal import Generations
internal import Glibc
internal import Planner
internal import Settings
internal import Systemd
internal import Watchers

/// The short-lived helpers `stage` and `prepare`: same planner, same writer, no daemon, no bus.
struct Helper {
  let name: String
  let paths: HostPaths
  let observer: DiskObserver
  let store: ServiceStore
  let builtAt: UnixSeconds

  init(name: String, paths: HostPaths = HostPaths(), builtAt: UnixSeconds) {
    self.name = name
    self.paths = paths
    self.builtAt = builtAt
    observer = DiskObserver(paths: paths)
    store = ServiceStore(root: paths.state, name: name)
  }

  /// What is on disk; the adoption in the making counts while the service has no record yet.
  private func look() throws -> (observation: Observation, state: ServiceState, adoption: Adoption)
  {
    let state = Self.memory(store)
    var observation = observer.observe(
      name, state: state,
      clock: ClockWatcher.facts(builtAt: builtAt, synchronised: nil),
      unit: UnitFacts(activity: .unknown))
    let adoption = try observation.adoption ?? intended(observation)
    observation.adoption = adoption
    return (observation, state, adoption)
  }

  /// What the daemon remembers of a service.
  ///
  /// If it cannot be read, what the service runs with counts as good, so that nothing is switched
  /// to that was not checked; a certificate is renewed all the same.
  static func memory(_ store: ServiceStore) -> ServiceState {
    do throws(FileError) {
      return try store.readState(ServiceState.self) ?? ServiceState()
    } catch {
      var state = ServiceState()
      state.committed = store.currentNumber.map { [$0] } ?? []
      return state
    }
  }

  /// Before the record is written, `adopt` leaves what it intends in a root-owned file beside it.
  private func intended(_ observation: Observation) throws -> Adoption {
    if let intended = try AdoptionStore(root: paths.adopted + "/intended").read(name) {
      return intended
    }
    throw FileError(
      "read", "\(paths.adopted)/\(name).json", reason: "the service is not adopted")
  }

  /// Writes the generation that is due next and points `candidate` at it.
  ///
  /// Nil: nothing was due.
  func stage() throws -> String? {
    try store.prepareFolders()
    let lock = try store.lock()
    let (observation, state, adoption) = try look()
    guard let order = Planner.stageOrder(observation, state: state) else {
      return nil
    }
    let made = try GenerationMaker(
      paths: paths, adoption: adoption, now: observation.clock.realtime
    ).make(order, current: observation.current)
    try store.setCandidate(made.number)
    _ = consume lock
    return "generation \(made.number) is staged: \(made.why)"
  }

  /// Renews if in the window, takes over a staged candidate; nil: nothing was due.
  func prepare() throws -> (text: String, facts: GenerationFacts)? {
    try store.prepareFolders()
    let lock = try store.lock()
    let (observation, state, adoption) = try look()
    if let good = observation.lastGood,
      let wayBack = Planner.wayBack(observation, state: state), wayBack.to == good.number,
      LastStart.failedWithoutDaemon(unit: adoption.unit)
    {
      try store.switchCurrent(to: good.number)
      try store.writeState(wayBack.state)
      _ = consume lock
      return (wayBack.text, good)
    }
    let conflict = PortLookup.conflict(Planner.claims(observation), unit: adoption.unit)
    let preparation = Planner.preparation(
      observation, state: state, portsTaken: conflict != nil)
    let next: GenerationFacts
    switch preparation {
    case .nothing: return nil
    case .switchTo(let number):
      guard let candidate = observation.candidate, candidate.number == number else { return nil }
      next = candidate
    case .stage(let order):
      next = try GenerationMaker(
        paths: paths, adoption: adoption, now: observation.clock.realtime
      ).make(order, current: observation.current)
    }
    try store.switchCurrent(to: next.number)
    _ = consume lock
    let before = observation.current.map { " from \($0.number)" } ?? ""
    return ("switched\(before) to generation \(next.number): \(next.why)", next)
  }

  /// Works out when the window of the settings opens, and keeps it beside the service's state.
  func readCalendar() throws {
    let (observation, state, _) = try look()
    guard case .valid(let settings) = observation.settings.outcome,
      let window = settings.restart.window ?? state.lastValidSettings?.restart.window
    else { return }
    let now = observation.clock.realtime
    try store.writeCalendar(try Calendar.read(window.start, now: now))
  }

  /// When this program was built: the package keeps the time of the binary.
  static func builtAt() -> UnixSeconds {
    var facts = stat()
    return unsafe stat("/proc/self/exe", &facts) == 0 ? facts.st_mtim.tv_sec : 0
  }
}
