@testable import Planner

/// The host: clock, disk, systemd unit, server, ports, and what is wrong with them.
///
/// It only obeys.
struct World {
  /// 2026-01-01: when the program was built and the history begins.
  static let start: UnixSeconds = 1_767_225_600

  // MARK: Clock
  var boottime: Seconds = 1000
  /// What the realtime clock is ahead of the right time.
  var clockError: Seconds = 0
  var synchronised: Bool?
  var realtime: UnixSeconds { Self.start + boottime + clockError }

  // MARK: Settings
  var draft = Draft()
  var digest = 0
  var dropInHasProtocol = false

  // MARK: Disk
  var generations: [Int: GenerationFacts] = [:]
  var current: Int?
  var candidate: Int?
  var ratchet = Ratchet()
  /// state.json.
  var savedState = ServiceState()
  var requests: [Request] = []
  var calendar: CalendarFacts?

  // MARK: Unit and server
  var activity: UnitFacts.Activity = .active
  var run = 1
  /// What the server has loaded and serves.
  var serving: GenerationFacts?
  var reloadServes: Set<Aspect> = [.certificate, .port, .protocol]

  var faults = Faults()
  /// When (boottime) anything was wrong or touched last.
  var lastDisturbed: Seconds = 0
  var serial = 0

  /// What is wrong at the moment.
  struct Faults: Equatable {
    var foreignPorts: Set<Int> = []
    var deafPorts: Set<Int> = []
    var serverRefuses = false
    var stageFails = false
    var diskFails = false
    var preparationFails = false
    var jobsLie = false
    var dropInUnwritable = false
    var ratchetUnreadable = false
    var systemdAway = false
    var profileMissing = false
    var isMasked = false

    /// Always in the same order, so that one seed tells one history.
    var text: String {
      let flags = [
        serverRefuses ? "the server refuses" : "", stageFails ? "staging fails" : "",
        diskFails ? "the disk fails" : "", preparationFails ? "preparation fails" : "",
        jobsLie ? "jobs lie" : "", dropInUnwritable ? "no drop-in" : "",
        ratchetUnreadable ? "the ratchet is damaged" : "", systemdAway ? "systemd is away" : "",
        profileMissing ? "no profile" : "", isMasked ? "masked" : "",
      ].filter { !$0.isEmpty }
      return "ports taken \(foreignPorts.sorted()), deaf \(deafPorts.sorted()) \(flags)"
    }
  }

  init(random: inout SplitMix64) {
    reloadServes = random.pick(
      [[.certificate, .port, .protocol], [.port, .protocol], [], [.certificate, .protocol]],
      else: reloadServes)
    let first = ListenTarget(
      profile: "nginx",
      channels: [
        ChannelTarget(
          name: "console", site: "main", httpsPort: 8383, bind: Draft.binds[0],
          plain: PlainTarget(proto: .http, httpPort: 8020, afterHTTPS: .redirect))
      ])
    _ = write(
      StageOrder(
        listen: first, newCertificate: true,
        certificate: CertificateTarget(source: .selfSigned, names: nil, key: .ecdsaP256),
        lifetime: 365 * Limits.day, madeAfter: nil, why: "adopted"))
    current = 1
    if random.chance(500) { serving = generations[1] }
  }

  func observation(_ state: ServiceState) -> Observation {
    let known = state.committed.last { generations[$0] != nil }
    let activity: UnitFacts.Activity =
      faults.systemdAway ? .away : faults.isMasked ? .masked : activity
    return Observation(
      clock: ClockFacts(
        realtime: realtime, boottime: boottime, synchronised: synchronised, builtAt: Self.start),
      settings: settingsFacts,
      adoption: Adoption(name: "console", unit: "nginx.service", profile: "nginx"),
      unit: UnitFacts(
        activity: activity, invocation: "run \(run)",
        preparationInForce: faults.systemdAway ? nil : !faults.preparationFails),
      profile: faults.profileMissing ? nil : ProfileFacts(reloadServes: reloadServes),
      ratchet: faults.ratchetUnreadable ? .unreadable("damaged") : .readable(ratchet),
      current: current.flatMap { generations[$0] },
      candidate: candidate == current ? nil : candidate.flatMap { generations[$0] },
      lastGood: known.flatMap { generations[$0] },
      generationsOnDisk: generations.keys.sorted(), requests: requests,
      calendar: calendar)
  }

  /// Writes a generation as `stage` does and names it the candidate.
  mutating func write(_ order: StageOrder) -> Int {
    let number = (generations.keys.max() ?? 0) + 1
    serial += 1
    let kept = current.flatMap { generations[$0] }
    let fresh = CertificateFacts(
      sha256: "certificate \(serial)", notBefore: realtime - Limits.day,
      notAfter: realtime + order.lifetime, names: order.certificate.names ?? ["host"],
      madeAt: realtime)
    let keeps = !order.newCertificate
    generations[number] = GenerationFacts(
      number: number, listen: order.listen,
      certificateTarget: keeps ? kept?.certificateTarget ?? order.certificate : order.certificate,
      certificate: keeps ? kept?.certificate ?? fresh : fresh, createdAt: realtime, why: order.why)
    candidate = number
    return number
  }

  /// One line for the log.
  var summary: String {
    "\(Timestamp.text(realtime)) unit \(activity.rawValue) current \(current ?? 0) candidate"
      + " \(candidate ?? 0) serving \(serving?.number ?? 0)"
      + " \(serving?.listen.consoleProtocol.rawValue ?? "-")"
  }
}
