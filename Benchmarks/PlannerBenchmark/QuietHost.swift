import Planner

/// A host on which every step succeeds: the settings change once a month, certificates and the
/// grace period end by themselves.
///
/// Faults are the simulation's; here only the time of the decisions counts.
struct QuietHost {
  /// 2026-01-01: when the history begins.
  static let start: UnixSeconds = 1_767_225_600
  private static let ports = [8383, 8384]
  /// The administrator moves the port so often.
  private static let changeEvery: Seconds = 30 * Limits.day
  /// How long a step takes.
  private static let stepSeconds: Seconds = 1

  private(set) var boottime: Seconds = 1_000
  private(set) var decisions = 0
  private(set) var steps = 0
  private(set) var generationsMade = 0
  private(set) var state = ServiceState()
  private(set) var progress = Progress()
  private var edits = 0
  private var dropInHasProtocol = false
  private var ratchet = Ratchet()
  private var generations: [Int: GenerationFacts] = [:]
  private var current: Int?
  private var candidate: Int?

  private var realtime: UnixSeconds { Self.start + boottime }

  private var settings: ServiceSettings {
    ServiceSettings(
      name: "console", unit: "nginx.service", profile: "nginx",
      channels: [
        .console(
          httpsPort: Self.ports[edits % Self.ports.count],
          plain: PlainSettings(wanted: dropInHasProtocol ? .https : .http)),
        .agents(), .remoteControl(),
      ])
  }

  /// What the planner may know at this moment.
  var observation: Observation {
    Observation(
      clock: ClockFacts(
        realtime: realtime, boottime: boottime, synchronised: true, builtAt: Self.start),
      settings: SettingsFacts(
        outcome: .valid(settings), digest: "\(edits) \(dropInHasProtocol)",
        dropInHasProtocol: dropInHasProtocol),
      adoption: Adoption(name: "console", unit: "nginx.service", profile: "nginx"),
      unit: UnitFacts(activity: .active, invocation: "run 1", preparationInForce: true),
      profile: ProfileFacts(reloadServes: [.certificate, .port, .protocol]),
      ratchet: .readable(ratchet), current: current.flatMap { generations[$0] },
      candidate: candidate == current ? nil : candidate.flatMap { generations[$0] },
      lastGood: state.committed.last.flatMap { generations[$0] },
      generationsOnDisk: generations.keys.sorted())
  }

  /// Lives on for `days`.
  mutating func live(days: Int) {
    let end = boottime + days * Limits.day
    while boottime < end {
      edits = boottime / Self.changeEvery
      let plan = decide()
      if let step = plan.step {
        take(step)
      } else {
        boottime += max(1, plan.wakeAt - realtime)
      }
    }
  }

  /// Lives until nothing is due.
  mutating func settle() {
    while let step = decide().step { take(step) }
  }

  private mutating func decide() -> Plan {
    decisions += 1
    return Planner.plan(observation, state: &state, progress: &progress)
  }

  private mutating func take(_ step: Step) {
    let before = observation
    Planner.begin(step, progress: &progress)
    perform(step)
    boottime += Self.stepSeconds
    steps += 1
    _ = Planner.absorb(.done, of: step, observation: before, state: &state, progress: &progress)
  }

  private mutating func perform(_ step: Step) {
    switch step {
    case .recordFirstSight(let at): ratchet.firstSeen = at
    case .enforce(let since, let writeRatchet, let writeDropIn, _):
      if writeRatchet { ratchet.enforcedSince = since }
      if writeDropIn { dropInHasProtocol = true }
    case .stage(let order): write(order)
    case .switchCurrent(let generation): current = generation
    case .rollBack(_, let to, _): current = to
    case .restart: current = candidate ?? current
    case .prune(let keep, let dropCandidate):
      if dropCandidate { candidate = nil }
      generations = generations.filter { keep.contains($0.key) }
    case .readCalendar, .lookUpPorts, .check, .reload, .probe, .commit, .answer: break
    }
  }

  private mutating func write(_ order: StageOrder) {
    generationsMade += 1
    let fresh = CertificateFacts(
      sha256: "\(generationsMade)", notBefore: realtime - Limits.day,
      notAfter: realtime + order.lifetime, names: ["host"], madeAt: realtime)
    let kept = current.flatMap { generations[$0]?.certificate }
    generations[generationsMade] = GenerationFacts(
      number: generationsMade, listen: order.listen, certificateTarget: order.certificate,
      certificate: order.newCertificate ? fresh : kept ?? fresh, createdAt: realtime,
      why: order.why)
    candidate = generationsMade
  }
}
