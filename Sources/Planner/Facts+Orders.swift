/// The generation that should be made next, and what stands in its way.
extension Facts {
  enum Urgency {
    case now, atRestart
    /// Made ready for a moment of its own.
    case later
  }

  /// What `order` is.
  ///
  /// A change that cannot be made now (a port is taken, say) never keeps a due renewal waiting: the
  /// certificate is then renewed on the channels as they are.
  func workOutOrder() -> (order: StageOrder, urgency: Urgency)? {
    guard let listen = wantedListen else { return nil }
    guard let current = observation.current else {
      return (makeOrder(listen, newCertificate: true, why: "the first generation"), .now)
    }
    let renewal = reasonToRenew
    if current.listen != listen {
      // A restart renews anyway, so the certificate for it is made before the service stops.
      let due = renewal ?? (listenNeedsRestart(current.listen, listen) ? reasonAtRestart : nil)
      let why = due ?? changeText(from: current.listen, to: listen)
      let change = makeOrder(listen, newCertificate: due != nil, why: why)
      guard let renewal, isBlocked(change) else { return (change, .now) }
      let onlyRenewal = makeOrder(current.listen, newCertificate: true, why: renewal)
      return (isBlocked(onlyRenewal) ? change : onlyRenewal, .now)
    }
    if let renewal { return (makeOrder(listen, newCertificate: true, why: renewal), .now) }
    if let later = reasonAtRestart {
      return (makeOrder(listen, newCertificate: true, why: later), .atRestart)
    }
    if let brought, case .waits(let at, _) = brought.standing {
      let why = "the next certificate is made ready, to be served from \(Timestamp.text(at)) on"
      return (makeOrder(listen, newCertificate: true, why: why), .later)
    }
    return nil
  }

  /// What makes a new certificate due now, be it that somebody asked for a restart or a window is
  /// open.
  var reasonToRenew: String? {
    let mayRenew = request?.verb == .restart || windowEnd != nil
    return reasonNow ?? (mayRenew ? reasonAtRestart : nil)
  }

  func makeOrder(_ listen: ListenTarget, newCertificate: Bool, why: String) -> StageOrder {
    let certificate = settings?.certificate ?? CertificateSettings()
    let asked = request.flatMap { $0.verb == .renew ? $0.at : nil }
    return StageOrder(
      listen: listen, newCertificate: newCertificate,
      certificate: orderedCertificate,
      lifetime: certificate.lifetime, madeAfter: newCertificate ? asked : nil, why: why)
  }

  /// Whether a generation on disk is what an order asks for.
  func satisfies(_ candidate: GenerationFacts, _ order: StageOrder) -> Bool {
    guard candidate.listen == order.listen else { return false }
    let certificate = candidate.certificate
    guard order.newCertificate else {
      return certificate.sha256 == observation.current?.certificate.sha256
    }
    if order.certificate.source.isBrought {
      return certificate.sha256 == order.certificate.imported
    }
    return candidate.certificateTarget == order.certificate
      && certificate.sha256 != observation.current?.certificate.sha256
      && certificate.notAfter - certificate.madeAt == order.lifetime
      && (clockInDoubt || isUsable(certificate))
      && certificate.madeAt >= order.madeAfter ?? .min
      && 2 * (now - certificate.madeAt) < order.lifetime
  }

  // MARK: What failed before

  /// The failure that the administrator is told of: of what is wanted now, not what was given up.
  var standingFailure: Failure? {
    guard let order = order?.order, let wantedListen else { return nil }
    return state.failure(of: order)
      ?? [state.failure, state.otherFailure].lazy.compactMap { $0 }.first {
        $0.listen == wantedListen || $0.listen == order.listen
      }
  }

  /// A try of this very input failed and its pause is not over.
  func isBlocked(_ order: StageOrder) -> Bool { blockedUntil(order) != nil }

  /// When this input is tried again; nil: nothing is in its way.
  func blockedUntil(_ order: StageOrder) -> UnixSeconds? {
    guard let failure = state.failure(of: order), !isOutdated(failure) else { return nil }
    if let request, request.at > failure.at { return nil }
    let until = failure.at + failure.pause
    return now >= failure.at && now < until ? until : nil
  }

  /// Whether something was seen to change since, so that trying anew at once is worth while.
  ///
  /// What had reached the service is tried anew only for other settings: that the unit went up or
  /// down is the doing of the failed try itself.
  ///
  /// The helpers are not told what the unit does, and must come to the same answer as the daemon:
  /// else the daemon would wait for one generation while `stage` makes another.
  func isOutdated(_ failure: Failure) -> Bool {
    guard failure.isHarmlessToRetry else {
      // Files that cannot be used leave the settings in force, so they are no others.
      guard case .valid = observation.settings.outcome else { return false }
      return !failure.context.hasPrefix(settingsContext)
    }
    guard observation.unit.activity != .unknown else {
      return !failure.context.hasPrefix(settingsContext)
    }
    return failure.context != failureContext
  }

  var failureContext: String {
    "\(settingsContext)\(observation.unit.activity == .active ? "active" : "not active")"
  }

  /// Another followed certificate is another input, as an edit of the settings is.
  private var settingsContext: String {
    let isFollowed = settings?.certificate.source == .followed
    let followed = isFollowed ? observation.followed?.accepted.map { "\($0.sha256) " } : nil
    return "\(observation.settings.digest) \(followed ?? "")"
  }

  /// Whether the preparation must keep its hands off this input: it had reached the service and was
  /// rolled back.
  ///
  /// What the unit does is not known there.
  func wasRolledBack(_ order: StageOrder) -> Bool {
    guard let failure = state.failure(of: order), failure.rolledBack, !isOutdated(failure)
    else { return false }
    return now >= failure.at && now < failure.at + failure.pause
  }
}

extension ServiceState {
  /// The failure of just this input.
  func failure(of order: StageOrder) -> Failure? {
    [failure, otherFailure].lazy.compactMap { $0 }.first {
      $0.listen == order.listen && $0.newCertificate == order.newCertificate
    }
  }

  /// Remembers a failure.
  ///
  /// Two different inputs at most are due in turns, a change and a renewal, so two are remembered:
  /// with one, each would forget the other's pause.
  mutating func remember(_ new: Failure) {
    let (listen, newCertificate) = (new.listen, new.newCertificate)
    if let failure, failure.listen != listen || failure.newCertificate != newCertificate {
      otherFailure = failure
    }
    failure = new
  }

  /// How often just this input was tried before.
  func attempts(_ listen: ListenTarget, newCertificate: Bool) -> Int {
    let known = [failure, otherFailure].lazy.compactMap { $0 }.first {
      $0.listen == listen && $0.newCertificate == newCertificate
    }
    return known?.attempts ?? 0
  }

  /// Forgets failures whose cause is known to be over.
  mutating func forget(where isOver: (Failure) -> Bool) {
    if let failure = otherFailure, isOver(failure) { otherFailure = nil }
    if let failure, isOver(failure) {
      self.failure = otherFailure
      otherFailure = nil
    }
  }
}
