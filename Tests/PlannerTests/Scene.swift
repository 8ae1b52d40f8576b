import Planner
import Testing

/// A small builder of observations: a service that is well, to be changed by each test.
struct Scene {
  /// 2026-06-01: when the scenes play, long after the program was built.
  static let now: UnixSeconds = 1_780_272_000
  static let day = Limits.day

  var observation: Observation
  var state = ServiceState()
  var progress = Progress()

  /// A good service on generation 1: committed, probed, first seen a day ago.
  init(_ proto: WebProtocol = .http, reloadServes: Set<Aspect> = [.certificate, .port, .protocol]) {
    let settings = Self.settings(proto)
    let current = Self.generation(1, Self.listen(settings, proto))
    observation = Observation(
      clock: ClockFacts(realtime: Self.now, boottime: 10_000),
      settings: SettingsFacts(
        outcome: .valid(settings), digest: "A", dropInHasProtocol: proto == .https),
      adoption: Adoption(name: "console", unit: "nginx.service", profile: "nginx"),
      unit: UnitFacts(activity: .active, invocation: "run 1", preparationInForce: true),
      profile: ProfileFacts(reloadServes: reloadServes),
      ratchet: .readable(
        Ratchet(
          firstSeen: Self.now - Self.day, enforcedSince: proto == .https ? Self.now - 60 : nil)),
      current: current, lastGood: current, generationsOnDisk: [1])
    state.committed = [1]
    progress.served = .good
    progress.servedGeneration = 1
    progress.servedInvocation = "run 1"
  }

  static func settings(_ proto: WebProtocol = .http) -> ServiceSettings {
    ServiceSettings(
      name: "console", unit: "nginx.service", profile: "nginx",
      channels: [.console(plain: PlainSettings(wanted: proto)), .remoteControl()])
  }

  static func listen(_ settings: ServiceSettings, _ proto: WebProtocol) -> ListenTarget {
    ListenTarget(
      profile: "nginx",
      channels: settings.channels.map { channel in
        ChannelTarget(
          name: channel.name, site: channel.site, httpsPort: channel.httpsPort,
          bind: channel.bind,
          plain: channel.plain.map {
            PlainTarget(proto: proto, httpPort: $0.httpPort, afterHTTPS: $0.afterHTTPS)
          })
      })
  }

  /// A generation with a certificate named after `certificate`, made 100 days ago for a year.
  static func generation(
    _ number: Int, _ listen: ListenTarget, certificate: String = "a",
    madeAt: UnixSeconds = now - 100 * day, lifetime: Seconds = 365 * day
  ) -> GenerationFacts {
    GenerationFacts(
      number: number, listen: listen,
      certificateTarget: CertificateTarget(source: .selfSigned, names: nil, key: .ecdsaP256),
      certificate: CertificateFacts(
        sha256: certificate, notBefore: madeAt - day, notAfter: madeAt + lifetime, names: ["host"],
        madeAt: madeAt),
      createdAt: madeAt, why: "a test")
  }

  // MARK: Changes

  mutating func plan() -> Plan { Planner.plan(observation, state: &state, progress: &progress) }

  /// Plans, and lets the step end so; answers the step.
  @discardableResult
  mutating func perform(_ result: StepResult = .done) -> Step? {
    guard let step = plan().step else { return nil }
    Planner.begin(step, progress: &progress)
    _ = Planner.absorb(
      result, of: step, observation: observation, state: &state, progress: &progress)
    return step
  }

  mutating func pass(_ span: Seconds) {
    observation.clock.realtime += span
    observation.clock.boottime += span
  }

  mutating func edit(_ change: (inout ServiceSettings) -> Void) {
    guard case .valid(var settings) = observation.settings.outcome else { return }
    change(&settings)
    observation.settings.outcome = .valid(settings)
    observation.settings.digest += "'"
  }

  mutating func movePort(_ port: Int = 9000) {
    edit { $0.channels[0].httpsPort = port }
  }

  /// Puts the generation that is wanted on disk as the candidate.
  mutating func stage(_ number: Int = 2, certificate: String = "a", madeAt: UnixSeconds? = nil) {
    guard let listen = plan().wanted, let current = observation.current else { return }
    observation.candidate = Self.generation(
      number, listen, certificate: certificate, madeAt: madeAt ?? current.certificate.madeAt)
    observation.generationsOnDisk.append(number)
  }

  /// Puts what was ordered on disk as the candidate, with the certificate that others issued.
  mutating func stageBrought(_ order: StageOrder, number: Int = 2) {
    guard let certificate = observation.imported ?? observation.followed?.accepted else { return }
    observation.candidate = GenerationFacts(
      number: number, listen: order.listen, certificateTarget: order.certificate,
      certificate: certificate, createdAt: Self.now, why: order.why)
    observation.generationsOnDisk.append(number)
  }

  /// Lets the certificate that others issued be served and kept.
  mutating func serveBrought() {
    while let step = perform() {
      switch step {
      case .stage(let order): stageBrought(order)
      case .switchCurrent: switchToCandidate()
      case .commit: observation.lastGood = observation.current
      default: break
      }
    }
  }

  /// The certificate that others issued is staged, not served and taken back.
  mutating func rollBackBrought() {
    guard case .stage(let order) = perform() else {
      Issue.record("nothing was staged")
      return
    }
    stageBrought(order)
    perform()
    switchToCandidate()
    perform()
    perform(.failed("another certificate answers"))
    #expect(perform()?.kind == .rollBack)
    observation.current = observation.lastGood
    perform()
    perform()
    #expect(plan().condition == .rolledBack)
  }

  /// `current` becomes the candidate, as after a switch or a prepared restart.
  mutating func switchToCandidate() {
    observation.current = observation.candidate
    observation.candidate = nil
  }

  mutating func ask(_ verb: Request.Verb, at: UnixSeconds? = nil) {
    observation.requests.append(
      Request(
        id: "\(observation.requests.count)", name: "console", verb: verb,
        at: at ?? observation.clock.realtime))
  }

  /// The daemon dies: what it only had in mind is lost.
  mutating func crash() { progress = Progress() }
}

extension Plan {
  var codes: [String] { notices.map(\.code) }
}
