/// When a new certificate is due, and why.
extension Facts {
  /// What makes a new certificate due at the next restart; nil: nothing.
  var reasonAtRestart: String? {
    guard let certificate = observation.current?.certificate, isSelfSigned else { return nil }
    if (clockInDoubt && isUsable(certificate)) || isBroughtWaiting { return nil }
    if let changed = changedCertificateSettings { return changed }
    if let early = reasonTooEarly { return early }
    guard certificate.notAfter - now <= renewalWindow else { return nil }
    return "the certificate expires on \(Timestamp.text(certificate.notAfter))"
  }

  /// Names or key differ from what the current certificate was made from.
  var changedCertificateSettings: String? {
    guard let wanted = wantedCertificate, let made = observation.current?.certificateTarget,
      wanted.source == .selfSigned, made.source == .selfSigned
    else { return nil }
    if wanted.key != made.key { return "certificate.key changed to \(wanted.key.rawValue)" }
    if let names = wanted.names, names != made.names { return "certificate.names changed" }
    return nil
  }

  /// The clock was ahead when the certificate was made: nobody takes it now.
  private var reasonTooEarly: String? {
    guard let from = observation.current?.certificate.notBefore, now < from else { return nil }
    return "the certificate is not valid before \(Timestamp.text(from))"
  }

  /// What makes a new certificate due without waiting for a restart; nil: nothing.
  var reasonNow: String? {
    guard settings != nil, let certificate = observation.current?.certificate else { return nil }
    if let changed = reasonOfSource { return changed }
    guard isSelfSigned, !isBroughtWaiting else { return nil }
    if let request, request.verb == .renew, !isMade(certificate, for: request) {
      return "asked for on the command line"
    }
    if clockInDoubt { return nil }
    if let early = reasonTooEarly { return early }
    guard certificate.notAfter - now <= forceBeforeExpiry else { return nil }
    return "the certificate expires on \(Timestamp.text(certificate.notAfter))"
  }

  /// The renewal window, but never so long that a new certificate would already be in it.
  var renewalWindow: Seconds {
    let certificate = settings?.certificate ?? CertificateSettings()
    return min(certificate.renewalWindow, certificate.lifetime / 2)
  }

  /// With this much left a certificate is renewed in any case; never more than the window.
  ///
  /// The moment itself counts, here and for the window: it is when the planner asks to be woken.
  var forceBeforeExpiry: Seconds {
    min((settings?.restart ?? RestartSettings()).forceBeforeExpiry, renewalWindow)
  }

  /// Whether clients take it; while the clock is in doubt, whether they may: the right time lies
  /// somewhere between the clock and what was believed last.
  ///
  /// A certificate that a wrong clock takes for expired is worth more than a new one that a wrong
  /// clock dates. One from a moment to come was made in the doubt itself, when somebody asked for
  /// it: which of the two clocks is wrong nobody knows.
  func isUsable(_ certificate: CertificateFacts) -> Bool {
    (clockInDoubt || certificate.notBefore <= now)
      && min(now, believedNow) < certificate.notAfter
  }

  /// Whether it was made since it was asked for.
  ///
  /// One from a moment to come was made before, by a clock that was ahead.
  func isMade(_ certificate: CertificateFacts, for request: Request) -> Bool {
    (request.at...max(request.at, now + Limits.smallClockStep)).contains(certificate.madeAt)
  }
}
