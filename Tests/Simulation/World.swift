import Planner

/// The host: clock, disk, systemd unit, server, ports, and what is wrong with them.
///
/// It only obeys. It knows the truth that the daemon has to find out.
struct World {
  /// 2026-01-01: when the program was built and the history begins.
  static let start: UnixSeconds = 1_767_225_600

  // MARK: Clock
  /// True time since the history began; everything but the host's own clocks is counted by it.
  var elapsed: Seconds = 1000
  /// When (elapsed) the host was booted.
  var bootedAt: Seconds = 0
  /// What the realtime clock is ahead of the right time.
  var clockError: Seconds = 0
  var synchronised: Bool?
  /// When the installed program was built.
  var builtAt: UnixSeconds = Self.start
  var boottime: Seconds { elapsed - bootedAt }
  var rightTime: UnixSeconds { Self.start + elapsed }
  var realtime: UnixSeconds { rightTime + clockError }

  // MARK: Settings
  var draft = Draft()
  var digest = 0
  var dropInHasProtocol = false

  // MARK: Disk
  var generations: [Int: GenerationFacts] = [:]
  /// Folders of generations that are not whole.
  var damaged: Set<Int> = []
  var current: Int?
  var candidate: Int?
  var ratchet = Ratchet()
  /// state.json.
  var savedState = ServiceState()
  var requests: [Request] = []
  var calendar: CalendarFacts?
  /// What others issued.
  var brought = BroughtCertificates()

  // MARK: Unit and server
  var activity: UnitFacts.Activity = .active
  var run = 1
  /// What the server has loaded and serves.
  var serving: GenerationFacts?
  var reloadServes: Set<Aspect> = [.certificate, .port, .protocol]
  /// A job that takes longer than anybody waits for.
  var pending: Pending?
  /// What the daemon was told of the unit, until the news come.
  var told: (facts: UnitFacts, until: Seconds)?

  var faults = Faults()
  /// Whether other services are on this host, so that clock, disk and systemd are not its own.
  var isShared = false
  /// When (elapsed) anything was wrong or touched last.
  var lastDisturbed: Seconds = 0
  /// The clock error that a careful host has reason to take for right, and since when (elapsed)
  /// the clock differs from it.
  var trustedError: Seconds = 0
  var wrongSince: Seconds?
  /// Since when (elapsed) a careful host cannot be sure of a clock that may well be right.
  var unsureSince: Seconds?
  /// When (elapsed) a wrong clock was believed for want of a better one.
  var doubtEndedAt: Seconds?
  /// Whether the daemon started anew while it could not write down what it knew of the clock.
  var isForgetful = false
  var serial = 0

  struct Pending {
    var at: Seconds
    var isRestart: Bool
  }

  init(random: inout SplitMix64) {
    reloadServes = random.pick(
      [[.certificate, .port, .protocol], [.port, .protocol], [], [.certificate, .protocol]])
    let first = ListenTarget(
      profile: "nginx",
      channels: [
        ChannelTarget(
          name: "console", site: "main", httpsPort: 8383, bind: Draft.binds[0],
          plain: PlainTarget(proto: .http, httpPort: 8020, afterHTTPS: .redirect))
      ])
    write(
      listen: first, newCertificate: true,
      certificate: CertificateTarget(source: .selfSigned, names: nil, key: .ecdsaP256),
      lifetime: 365 * Limits.day, why: "adopted")
    current = 1
    if random.chance(500) { serving = generations[1] }
  }

  /// The unit as it is.
  var unitFacts: UnitFacts {
    let activity: UnitFacts.Activity =
      faults.systemdAway
      ? .away
      : faults.isMasked && activity != .active
        ? .masked : faults.isStuck || pending != nil ? .changing : activity
    return UnitFacts(
      activity: activity, invocation: "run \(run)",
      preparationInForce: faults.systemdAway ? nil : !faults.preparationFails)
  }

  func observation(_ state: ServiceState) -> Observation {
    let known = state.committed.last { generations[$0] != nil }
    let unit = told.flatMap { elapsed < $0.until ? $0.facts : nil } ?? unitFacts
    let settings = settingsFacts
    var observation = Observation(
      clock: ClockFacts(
        realtime: realtime, boottime: boottime, synchronised: synchronised, builtAt: builtAt),
      settings: settings,
      adoption: Adoption(name: "console", unit: "nginx.service", profile: "nginx"), unit: unit,
      profile: faults.profileMissing ? nil : ProfileFacts(reloadServes: reloadServes),
      ratchet: faults.ratchetUnreadable ? .unreadable("damaged") : .readable(ratchet),
      current: current.flatMap { generations[$0] },
      candidate: candidate == current ? nil : candidate.flatMap { generations[$0] },
      lastGood: known.flatMap { generations[$0] },
      generationsOnDisk: (Array(generations.keys) + damaged).sorted(), requests: requests,
      calendar: calendar)
    observeBrought(settings.inForce(state), in: &observation)
    return observation
  }

  /// Writes a generation whole; answers its number.
  @discardableResult
  mutating func write(
    listen: ListenTarget, newCertificate: Bool, certificate: CertificateTarget, lifetime: Seconds,
    why: String
  ) -> Int {
    let number = max(generations.keys.max() ?? 0, damaged.max() ?? 0) + 1
    serial += 1
    let kept = newCertificate ? nil : current.flatMap { generations[$0] }
    let fresh =
      certificate.imported.flatMap { brought.kept[$0] }
      ?? CertificateFacts(
        sha256: "certificate \(serial)", notBefore: realtime - Limits.day,
        notAfter: realtime + lifetime, names: certificate.names ?? ["host"], madeAt: realtime)
    generations[number] = GenerationFacts(
      number: number, listen: listen, certificateTarget: kept?.certificateTarget ?? certificate,
      certificate: kept?.certificate ?? fresh, createdAt: realtime, why: why)
    return number
  }

  mutating func write(_ order: StageOrder) -> Int {
    write(
      listen: order.listen, newCertificate: order.newCertificate, certificate: order.certificate,
      lifetime: order.lifetime, why: order.why)
  }

  /// One line for the log.
  var summary: String {
    "\(Timestamp.text(realtime)) unit \(unitFacts.activity.rawValue) current \(current ?? 0)"
      + " candidate \(candidate ?? 0) serving \(serving?.number ?? 0)"
      + " \(serving?.listen.consoleProtocol.rawValue ?? "-")"
  }
}
