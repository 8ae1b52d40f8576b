extension Planner {
  /// What stands in the way of an imported certificate, and of trust in it.
  static func importNotices(_ facts: Facts) -> [Notice] {
    guard let settings = facts.settings else { return [] }
    var result: [Notice] = []
    if settings.certificate.source == .imported, facts.observation.imported == nil,
      facts.observation.current?.certificate.sha256 != settings.certificate.imported
    {
      result.append(
        Notice(
          code: "import-missing", severity: .error,
          text: "the imported certificate \(shortened(settings.certificate.imported)) is not on"
            + " disk or is damaged, so the one before stays; import it again with: supervisord-ec"
            + " certificate import \(facts.name)"))
    }
    if let notice = broughtNotice(facts) { result.append(notice) }
    if settings.trustedCommunication, let current = facts.observation.current,
      current.certificate.issuer != .publicCA
    {
      result.append(
        Notice(
          code: "trust-not-in-force", severity: .warning,
          text: "agents.trusted_communication is on but not in force, as the certificate is not"
            + " from a public CA; import one, or: supervisord-ec set \(facts.name)"
            + " agents.trusted_communication false"))
    }
    if let last = facts.observation.certificateRequests.last {
      let count = facts.observation.certificateRequests.count
      let more = count > 1 ? " (and \(count - 1) more)" : ""
      result.append(
        Notice(
          code: "request-pending", severity: .info,
          text: "the certificate request of \(Timestamp.text(last.madeAt)) for"
            + " \(last.names.first ?? "no name")\(more) waits for the CA's answer; import it with:"
            + " supervisord-ec certificate import \(facts.name) --chain ANSWER"))
    }
    return result
  }

  /// What was brought and waits for its moment, or has missed it.
  private static func broughtNotice(_ facts: Facts) -> Notice? {
    guard let brought = facts.brought else { return nil }
    let certificate = brought.certificate
    let isFollowed = facts.settings?.certificate.source == .followed
    let source = isFollowed ? "followed" : "imported"
    let which = "the \(source) certificate \(shortened(certificate.sha256))"
    let verb = "supervisord-ec certificate import \(facts.name)"
    let now =
      isFollowed
      ? "now with: supervisord-ec set \(facts.name) certificate.activate_after 0s"
      : "now with: \(verb) --now; never with: \(verb) --withdraw"
    switch brought.standing {
    case .due: return nil
    case .waits(let at, _):
      return Notice(
        code: "import-waits", severity: .info,
        text: "\(which), valid until \(Timestamp.text(certificate.notAfter)), is served from"
          + " \(Timestamp.text(at)) on; \(now)")
    case .beginsTooLate:
      return Notice(
        code: "import-waits", severity: .info,
        text: "\(which) begins on \(Timestamp.text(certificate.notBefore)) and is served then by"
          + " itself; the present one is renewed meanwhile")
    case .ended:
      let remedy = isFollowed ? "renew it with what keeps the files" : "import a newer one"
      return Notice(
        code: "import-ended", severity: .warning,
        text: "\(which) expired on \(Timestamp.text(certificate.notAfter)) before it was served,"
          + " so the present one stays; \(remedy), or go back with: supervisord-ec set"
          + " \(facts.name) certificate.source self-signed")
    }
  }

  /// The end of an imported or followed certificate, told at shares of its lifetime.
  ///
  /// Each step has a code of its own, so that each is said once.
  static func broughtExpiryNotices(_ facts: Facts, _ current: GenerationFacts) -> [Notice] {
    let certificate = current.certificate
    let left = certificate.notAfter - facts.believedNow
    // One that is about to be replaced is not spoken of, unless it ended before.
    let isReplaced = facts.reasonOfSource != nil || facts.isBroughtWaiting
    guard facts.servesBrought, !isReplaced || left <= 0 else { return [] }
    let source = facts.servesFollowed ? "followed" : "imported"
    let keeper = facts.settings?.certificate.followed.map { " \"\($0.certificate)\"" } ?? " it"
    let remedy =
      facts.servesFollowed && facts.settings?.certificate.source == .followed
      ? "what keeps\(keeper) has not renewed it: see its own journal, such as that of"
        + " certbot.timer"
      : "import a newer one with: supervisord-ec certificate import \(facts.name)"
    guard left > 0 else {
      let text = "the \(source) certificate expired on \(Timestamp.text(certificate.notAfter))"
      return [Notice(code: "expired", severity: .error, text: "\(text); \(remedy)")]
    }
    let spans = Facts.noticeSpans(of: certificate)
    guard let step = spans.lastIndex(where: { left <= $0 }) else { return [] }
    let isLate = left <= Limits.day || step == spans.count - 1
    return [
      Notice(
        code: code(ofEnd: facts.servesFollowed ? .followed : .imported, step: step + 1),
        severity: isLate ? .error : .warning,
        text: "the \(source) certificate expires in \(Timestamp.spanText(left)), on"
          + " \(Timestamp.text(certificate.notAfter)); \(remedy)")
    ]
  }

  static func code(ofEnd source: CertificateSource, step: Int) -> String {
    switch source {
    case .followed: "followed-expires-\(step)"
    case .imported, .selfSigned: "imported-expires-\(step)"
    }
  }

  /// The first digits of a SHA-256, enough to tell two apart.
  private static func shortened(_ sha256: String?) -> String {
    sha256.map { "\"\($0.prefix(16))…\"" } ?? "(none is named)"
  }
}
