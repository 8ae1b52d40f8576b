/// What follows from observation and memory, worked out once for all rules of one decision.
struct Facts {
  let observation: Observation
  let state: ServiceState
  let progress: Progress

  init(_ observation: Observation, state: ServiceState, progress: Progress = Progress()) {
    self.observation = observation
    self.state = state
    self.progress = progress
  }

  var now: UnixSeconds { observation.clock.realtime }
  var clockInDoubt: Bool { progress.clock.doubt != nil }
  var name: String { observation.adoption?.name ?? settings?.name ?? "NAME" }
  var unitName: String { observation.adoption?.unit ?? settings?.unit ?? "the unit" }

  /// The settings in force: the valid ones, else the last valid ones.
  var settings: ServiceSettings? {
    if case .valid(let settings) = observation.settings.outcome { return settings }
    return state.lastValidSettings
  }

  var verifyWithin: Seconds { settings?.restart.verifyWithin ?? RestartSettings().verifyWithin }

  /// Whether `current` has not proved itself yet.
  var isOnTrial: Bool {
    guard let current = observation.current else { return false }
    return !state.committed.contains(current.number)
  }

  /// What a failed trial goes back to.
  var rollBackTarget: GenerationFacts? {
    guard let good = observation.lastGood, good.number != observation.current?.number
    else { return nil }
    return good
  }

  /// On trial, failed, and nothing to go back to: only a change of the settings helps.
  var trialIsStuck: Bool {
    guard isOnTrial, rollBackTarget == nil else { return false }
    if observation.unit.activity != .active { return true }
    if case .bad(_, afterApply: true) = progress.served { return true }
    return false
  }

  // MARK: Enforcement

  var ratchet: Ratchet? {
    guard case .readable(let ratchet) = observation.ratchet else { return nil }
    return ratchet
  }

  /// HTTPS is in force for good. A served HTTPS generation counts too, should the ratchet be lost.
  var isEnforced: Bool {
    ratchet?.enforcedSince != nil || goodIsHTTPS
      || (ratchet == nil && settings?.plain.wanted == .https)
  }

  var goodIsHTTPS: Bool { observation.lastGood?.listen.consoleProtocol == .https }

  /// When the grace period ends.
  var enforcementAt: UnixSeconds? {
    guard let settings, let firstSeen = ratchet?.firstSeen else { return nil }
    return firstSeen + min(settings.plain.enforceAfter, Limits.longestGracePeriod)
  }

  /// Why the ratchet must be set now; nil: it must not.
  var reasonToEnforce: String? {
    if goodIsHTTPS { return "HTTPS is served already and its record was lost" }
    if settings?.plain.wanted == .https { return "the settings say protocol = \"https\"" }
    guard let enforcementAt, !clockInDoubt, now >= enforcementAt else { return nil }
    return "the grace period ended on \(Timestamp.text(enforcementAt))"
  }

  // MARK: Target

  /// The channels as wanted, with enforcement applied.
  var wantedListen: ListenTarget? {
    guard let settings else { return nil }
    let enforced = isEnforced
    return ListenTarget(
      profile: observation.adoption?.profile ?? settings.profile,
      backend: observation.adoption?.backend,
      channels: settings.channels.map { channel in
        ChannelTarget(
          name: channel.name, site: channel.site, httpsPort: channel.httpsPort,
          bind: channel.bind,
          plain: channel.plain.map { plain in
            PlainTarget(
              proto: enforced ? .https : .http, httpPort: plain.httpPort,
              afterHTTPS: plain.afterHTTPS)
          })
      })
  }

  var wantedCertificate: CertificateTarget? {
    settings.map {
      CertificateTarget(
        source: $0.certificate.source, names: $0.certificate.names, key: $0.certificate.key)
    }
  }

  /// What makes a new certificate due at the next restart; nil: nothing.
  var reasonAtRestart: String? {
    guard let settings, let certificate = observation.current?.certificate else { return nil }
    if clockInDoubt && isUsable(certificate) { return nil }
    if let changed = changedCertificateSettings { return changed }
    guard certificate.notAfter - now < settings.certificate.renewalWindow else { return nil }
    return "the certificate expires on \(Timestamp.text(certificate.notAfter))"
  }

  /// Names or key differ from what the current certificate was made from.
  var changedCertificateSettings: String? {
    guard let wanted = wantedCertificate, let made = observation.current?.certificateTarget
    else { return nil }
    if wanted.key != made.key { return "certificate.key changed to \(wanted.key.rawValue)" }
    if let names = wanted.names, names != made.names { return "certificate.names changed" }
    return nil
  }

  /// What makes a new certificate due without waiting for a restart; nil: nothing.
  var reasonNow: String? {
    guard let settings, let certificate = observation.current?.certificate else { return nil }
    if let request = observation.requests.first, request.verb == .renew,
      certificate.madeAt < request.at
    {
      return "asked for on the command line"
    }
    if clockInDoubt { return nil }
    guard certificate.notAfter - now < settings.restart.forceBeforeExpiry else { return nil }
    return "the certificate expires on \(Timestamp.text(certificate.notAfter))"
  }

  func isUsable(_ certificate: CertificateFacts) -> Bool {
    certificate.notBefore <= now && now < certificate.notAfter
  }

  // MARK: Orders

  enum Urgency { case now, atRestart }

  /// The generation that should be made next, and whether it is to be served at once.
  var order: (order: StageOrder, urgency: Urgency)? {
    guard let listen = wantedListen else { return nil }
    let restartAsked = observation.requests.first?.verb == .restart
    let due = reasonNow ?? (restartAsked ? reasonAtRestart : nil)
    guard let current = observation.current else {
      return (makeOrder(listen, newCertificate: true, why: "the first generation"), .now)
    }
    if due != nil || current.listen != listen {
      return (
        makeOrder(
          listen, newCertificate: due != nil,
          why: due ?? changeText(from: current.listen, to: listen)),
        .now
      )
    }
    if let later = reasonAtRestart {
      return (makeOrder(listen, newCertificate: true, why: later), .atRestart)
    }
    return nil
  }

  func makeOrder(_ listen: ListenTarget, newCertificate: Bool, why: String) -> StageOrder {
    let certificate = settings?.certificate ?? CertificateSettings()
    let request = observation.requests.first.flatMap { $0.verb == .renew ? $0.at : nil }
    return StageOrder(
      listen: listen, newCertificate: newCertificate,
      certificate: CertificateTarget(
        source: certificate.source, names: certificate.names, key: certificate.key),
      lifetime: certificate.lifetime, madeAfter: newCertificate ? request : nil, why: why)
  }

  /// Whether a generation on disk is what an order asks for.
  func satisfies(_ candidate: GenerationFacts, _ order: StageOrder) -> Bool {
    guard candidate.listen == order.listen else { return false }
    let certificate = candidate.certificate
    guard order.newCertificate else {
      return certificate.sha256 == observation.current?.certificate.sha256
    }
    let namesFit =
      order.certificate.names == nil
      ? candidate.certificateTarget.names == nil
      : candidate.certificateTarget.names == order.certificate.names
    return namesFit && candidate.certificateTarget.key == order.certificate.key
      && certificate.sha256 != observation.current?.certificate.sha256
      && certificate.notAfter - certificate.madeAt == order.lifetime
      && (clockInDoubt || isUsable(certificate))
      && certificate.madeAt >= order.madeAfter ?? .min
      && 2 * (now - certificate.madeAt) < order.lifetime
  }

  /// A try of this very input failed and its pause is not over.
  func isBlocked(_ order: StageOrder) -> Bool { blockedUntil(order) != nil }

  /// When this input is tried again; nil: nothing is in its way.
  func blockedUntil(_ order: StageOrder) -> UnixSeconds? {
    guard let failure = state.failure, failure.listen == order.listen,
      failure.newCertificate == order.newCertificate, failure.context == failureContext
    else { return nil }
    if let request = observation.requests.first, request.at > failure.at { return nil }
    let until = failure.at + failure.pause
    return now >= failure.at && now < until ? until : nil
  }

  /// When this changes, a failed input is tried anew at once.
  var failureContext: String {
    "\(observation.settings.digest) \(observation.unit.activity == .active)"
  }

  // MARK: What a change touches

  func needsRestart(from: GenerationFacts?, to: GenerationFacts?) -> Bool {
    guard let from, let to, let profile = observation.profile else { return false }
    return !Self.aspects(from, to).isSubset(of: profile.reloadServes)
  }

  static func aspects(_ old: GenerationFacts, _ new: GenerationFacts) -> Set<Aspect> {
    var result: Set<Aspect> = []
    if old.certificate.sha256 != new.certificate.sha256 { result.insert(.certificate) }
    if old.listen.consoleProtocol != new.listen.consoleProtocol { result.insert(.protocol) }
    let (before, after) = (claims(old.listen), claims(new.listen))
    for (port, addresses) in after {
      guard let earlier = before[port] else {
        result.insert(.port)
        continue
      }
      // One port, a wildcard and a specific address of the same family: bind(2) refuses the second
      // while the first is open, so no reload can serve it.
      let wildcards: Set<String> = ["0.0.0.0", "::"]
      if addresses != earlier && !wildcards.isDisjoint(with: addresses.union(earlier)) {
        result.insert(.bind)
      }
    }
    if !Set(before.keys).isSubset(of: after.keys) { result.insert(.port) }
    return result
  }

  /// Port → addresses, of all that a target listens on.
  static func claims(_ listen: ListenTarget) -> [Int: Set<String>] {
    var result: [Int: Set<String>] = [:]
    for channel in listen.channels {
      result[channel.httpsPort, default: []].formUnion(channel.bind)
      guard let plain = channel.plain else { continue }
      if plain.proto == .http || plain.afterHTTPS == .redirect {
        result[plain.httpPort, default: []].formUnion(channel.bind)
      }
    }
    return result
  }

  /// What `candidate` listens on and `current` does not.
  func newClaims(of candidate: GenerationFacts) -> [PortClaim] {
    let before = observation.current.map { Self.claims($0.listen) } ?? [:]
    return Self.claims(candidate.listen).flatMap { port, addresses in
      addresses.subtracting(before[port] ?? []).sorted().map { PortClaim(address: $0, port: port) }
    }.sorted { ($0.port, $0.address) < ($1.port, $1.address) }
  }

  /// What changes between two targets, for people.
  func changeText(from old: ListenTarget, to new: ListenTarget) -> String {
    var parts: [String] = []
    if old.consoleProtocol != new.consoleProtocol {
      parts.append(
        "console protocol \(old.consoleProtocol.rawValue) → \(new.consoleProtocol.rawValue)")
    }
    for channel in new.channels {
      guard let before = old.channels.first(where: { $0.name == channel.name }) else {
        parts.append("channel \(channel.name) added")
        continue
      }
      if before.httpsPort != channel.httpsPort {
        parts.append("\(channel.name) https_port \(before.httpsPort) → \(channel.httpsPort)")
      }
      if before.plain?.httpPort != channel.plain?.httpPort, let plain = channel.plain {
        parts.append("\(channel.name) http_port \(before.plain?.httpPort ?? 0) → \(plain.httpPort)")
      }
      if before.bind != channel.bind { parts.append("\(channel.name) bind") }
      if before.site != channel.site { parts.append("\(channel.name) site") }
      if before.plain?.afterHTTPS != channel.plain?.afterHTTPS { parts.append("after_https") }
    }
    for channel in old.channels where !new.channels.contains(where: { $0.name == channel.name }) {
      parts.append("channel \(channel.name) removed")
    }
    return parts.isEmpty ? "the settings changed" : parts.joined(separator: ", ")
  }
}
