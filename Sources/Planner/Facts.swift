/// What follows from observation and memory, worked out once for all rules of one decision.
struct Facts {
  let observation: Observation
  let state: ServiceState
  let progress: Progress
  /// The settings in force.
  let settings: ServiceSettings?
  /// The channels as wanted, with enforcement applied.
  private(set) var wantedListen: ListenTarget?
  /// The generation that should be made next, and whether it is to be served at once.
  private(set) var order: (order: StageOrder, urgency: Urgency)?

  init(_ observation: Observation, state: ServiceState, progress: Progress = Progress()) {
    self.observation = observation
    self.state = state
    self.progress = progress
    settings = observation.settings.inForce(state)
    // Every rule asks for these, some many times.
    wantedListen = workOutListen()
    order = workOutOrder()
  }

  var now: UnixSeconds { observation.clock.realtime }
  var clockInDoubt: Bool { progress.clock.doubt != nil }

  /// The moment by which notices and certificates are judged: while the clock is in doubt, what it
  /// would say had it run on from the last moment that was believed.
  ///
  /// So a clock that steps back and forth neither clears what stands nor tells what is not so.
  var believedNow: UnixSeconds {
    guard clockInDoubt else { return now }
    if let offset = progress.clock.believedOffset { return observation.clock.boottime + offset }
    return max(state.lastRealtimeSeen ?? observation.clock.builtAt, observation.clock.builtAt)
  }
  var name: String { observation.adoption?.name ?? settings?.name ?? "NAME" }
  var unitName: String { observation.adoption?.unit ?? settings?.unit ?? "the unit" }

  var verifyWithin: Seconds { settings?.restart.verifyWithin ?? RestartSettings().verifyWithin }

  /// How long the first look may take.
  ///
  /// A service that was started just now gets its time to come up, and so does one that would be
  /// restarted if it did not answer.
  var firstLookWithin: Seconds {
    guard let current = observation.current else { return verifyWithin }
    let isCheap = !reloadIsUseless && !needsRestart(from: observation.lastGood, to: current)
    return isCheap && !progress.isFreshRun ? Limits.firstLook : verifyWithin
  }

  /// The step, unless it must wait because it fails or has no effect.
  func unheld(_ step: Step?) -> Step? {
    guard let step, let held = progress.held[step.kind], step.isSame(as: held.step) else {
      return step
    }
    return observation.clock.boottime < held.until ? nil : step
  }

  /// Whether the server may still run on what was rolled back, and no reload would help.
  var owesRestart: Bool {
    observation.unit.activity == .active && state.staleRun == observation.unit.invocation
  }

  /// What was brought back is being applied and was not found wanting yet.
  var isRestoringNow: Bool {
    if case .bad(_, afterApply: true) = progress.served { return false }
    return isRestoring && progress.served != .good
  }

  /// Whether `current` has not proved itself yet.
  var isOnTrial: Bool {
    guard let current = observation.current else { return false }
    return !state.committed.contains(current.number)
  }

  /// The unit starts, stops or reloads for so long that its own limits do not end it.
  var isStuck: Bool {
    guard observation.unit.activity == .changing, let since = progress.changingSince else {
      return false
    }
    return observation.clock.boottime - since >= Limits.longestChange
  }

  /// The request that is looked after now.
  ///
  /// One from the future waits for its time (the daemon's second may lag behind the command's):
  /// "made since it was asked" could never come true before.
  var request: Request? {
    guard let first = observation.requests.first, first.at <= now else { return nil }
    return first
  }

  /// A restart was asked for and nothing was reloaded or restarted since.
  var isRestartAsked: Bool {
    guard let request, request.verb == .restart else { return false }
    return !progress.appliedFor.contains(request.id)
  }

  /// What a failed trial goes back to.
  ///
  /// HTTPS that was served once is never given up: when its generations are damaged, an older one
  /// on HTTP is no way back.
  var rollBackTarget: GenerationFacts? {
    guard let good = observation.lastGood, good.number != observation.current?.number
    else { return nil }
    let isNewest = state.committed.last == good.number
    if !isNewest && isEnforced && good.listen.consoleProtocol == .http { return nil }
    return good
  }

  /// A roll-back was decided and what it brought back was not seen served since.
  var isRestoring: Bool { state.restoring != nil && !isOnTrial }

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

  /// HTTPS is in force for good.
  ///
  /// An HTTPS generation counts too, should the ratchet be lost: none is ever written before the
  /// ratchet is set.
  var isEnforced: Bool {
    ratchet?.enforcedSince != nil || goodIsHTTPS || currentIsHTTPS
      || (ratchet == nil && settings?.plain.wanted == .https)
  }

  private var currentIsHTTPS: Bool { observation.current?.listen.consoleProtocol == .https }

  var goodIsHTTPS: Bool { observation.lastGood?.listen.consoleProtocol == .https }

  /// Nothing is recorded yet, or a moment to come: a wrong clock must not put enforcement off.
  var isFirstSightWrong: Bool {
    guard let ratchet, ratchet.enforcedSince == nil else { return ratchet?.firstSeen == nil }
    return ratchet.firstSeen.map { $0 > possibleNow + Limits.largestTrustedClockStep } ?? true
  }

  /// No right clock is earlier than this program: one that is, and is believed for want of a better
  /// one, must not date the grace period back.
  var possibleNow: UnixSeconds { max(now, observation.clock.builtAt) }

  /// When the grace period ends.
  var enforcementAt: UnixSeconds? {
    guard let settings, let firstSeen = ratchet?.firstSeen else { return nil }
    return firstSeen + min(settings.plain.enforceAfter, Limits.longestGracePeriod)
  }

  /// Why the ratchet must be set now; nil: it must not.
  var reasonToEnforce: String? {
    if goodIsHTTPS || currentIsHTTPS { return "HTTPS is served already and its record was lost" }
    if settings?.plain.wanted == .https { return "the settings say protocol = \"https\"" }
    guard let enforcementAt, !clockInDoubt, now >= enforcementAt else { return nil }
    return "the grace period ended on \(Timestamp.text(enforcementAt))"
  }

  // MARK: Target

  private func workOutListen() -> ListenTarget? {
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
    settings.map { Self.target($0.certificate) }
  }
}
