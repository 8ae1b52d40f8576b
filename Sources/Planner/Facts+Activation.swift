/// When a certificate that somebody else issued takes the place of the present one.
extension Facts {
  /// A certificate that was brought and is not served yet.
  struct Brought: Equatable {
    /// How it stands with it.
    enum Standing: Equatable {
      /// It is to be served now.
      case due
      /// It is made ready, and served from then on; `isForced`: earlier than asked, as the present
      /// one ends.
      case waits(until: UnixSeconds, isForced: Bool)
      /// It begins when the present one, made here, has ended: that one is renewed meanwhile.
      case beginsTooLate
      /// It ended before it was served: it counts no more.
      case ended
    }

    var certificate: CertificateFacts
    /// When it is to be served, by the settings; nil: at once.
    var askedFor: UnixSeconds?
    var standing: Standing
  }

  /// The certificate of others that the settings name and that is not served yet; nil: none is.
  var brought: Brought? {
    guard let settings = settings?.certificate, let certificate = broughtOnDisk,
      certificate.sha256 != observation.current?.certificate.sha256
    else { return nil }
    let at =
      switch settings.source {
      case .imported: settings.activateAt
      case .followed: settings.activateAfter.map { certificate.madeAt + $0 }
      case .selfSigned: UnixSeconds?.none
      }
    return Brought(
      certificate: certificate, askedFor: at, standing: standing(of: certificate, from: at))
  }

  /// Whether something that was brought is made ready and waits for its moment.
  var isBroughtWaiting: Bool {
    if case .waits = brought?.standing { return true }
    return false
  }

  /// The moment counts by a clock that is believed only, be it asked for or `forceBeforeExpiry`
  /// of the present one; a present one that nobody takes any more waits for nothing.
  private func standing(
    of certificate: CertificateFacts, from asked: UnixSeconds?
  ) -> Brought.Standing {
    if certificate.notAfter <= min(now, believedNow) { return .ended }
    guard let present = observation.current?.certificate else { return .due }
    // Even if only a clock in doubt says so: that of clients may be the same.
    if certificate.notAfter <= now && now < present.notAfter { return .ended }
    guard let asked else { return .due }
    if !isUsable(present) && isUsable(certificate) { return .due }
    let moment = max(asked, certificate.notBefore)
    let latest = max(present.notAfter - forceBeforeExpiry, certificate.notBefore)
    let at = min(moment, latest)
    if !clockInDoubt && at <= now { return .due }
    if isSelfSigned && present.notAfter <= at { return .beginsTooLate }
    return .waits(until: at, isForced: latest < moment)
  }

  /// Whether a certificate of others is asked of the server first: the next start of a unit that
  /// does not run would fail on one that it refuses, and one that it refused is not reloaded.
  func isUnproved(_ order: StageOrder) -> Bool {
    guard order.newCertificate, order.certificate.source.isBrought else { return false }
    return observation.unit.activity != .active || state.failure(of: order)?.kind == .refused
  }
}
