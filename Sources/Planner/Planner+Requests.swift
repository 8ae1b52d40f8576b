/// Requests of the command line, and what they are answered.
extension Planner {
  /// Requests for a service that cannot be helped are answered, never left waiting.
  static func refusal(_ facts: Facts) -> Step? {
    guard let request = facts.observation.requests.first else { return nil }
    let reason =
      facts.observation.adoption == nil
      ? "\"\(request.name)\" is not adopted; run: supervisord-ec adopt UNIT --profile PROFILE"
      : notices(facts).filter { $0.code != "step-failed" }.max {
        $0.severity.rank < $1.severity.rank
      }?.text
        ?? "the service cannot be acted on now"
    return .answer(request: request, done: false, text: reason)
  }

  /// A request whose outcome is known is answered.
  static func answerStep(_ facts: Facts) -> Step? {
    if let first = facts.observation.requests.first,
      first.at > facts.now + Limits.smallClockStep
    {
      let text = "it was asked for at \(Timestamp.text(first.at)), which is not yet: ask again"
      return .answer(request: first, done: false, text: text)
    }
    guard let request = facts.request else { return nil }
    let unit = facts.unitName
    if request.verb == .renew && facts.servesFollowed && facts.reasonOfSource == nil {
      let text =
        "the certificate is followed, and only what keeps its files renews it; or go back to"
        + " self-signed with: supervisord-ec set \(facts.name) certificate.source self-signed"
      return .answer(request: request, done: false, text: text)
    }
    if request.verb == .renew && facts.servesBrought && facts.reasonOfSource == nil {
      let text =
        "the certificate is imported, and only its CA renews it: import the new one with:"
        + " supervisord-ec certificate import \(facts.name); or go back to self-signed with:"
        + " supervisord-ec set \(facts.name) certificate.source self-signed"
      return .answer(request: request, done: false, text: text)
    }
    if request.verb == .renew && facts.isBroughtWaiting {
      let text =
        "an imported certificate waits for its moment; serve it now with: supervisord-ec"
        + " certificate import \(facts.name) --now; or take it back with: supervisord-ec"
        + " certificate import \(facts.name) --withdraw"
      return .answer(request: request, done: false, text: text)
    }
    let order = facts.order
    if let order, facts.isBlocked(order.order),
      let failure = facts.state.failure(of: order.order), failure.at >= request.at
    {
      return .answer(request: request, done: false, text: failure.text)
    }
    guard facts.observation.unit.activity == .active else {
      guard request.verb == .renew else {
        let text = "\(unit) is not running; start it with: systemctl start \(unit)"
        return .answer(request: request, done: false, text: text)
      }
      guard let order, let candidate = facts.observation.candidate,
        facts.satisfies(candidate, order.order)
      else { return nil }
      let text = "the new certificate is staged; \(unit) serves it from its next start"
      return .answer(request: request, done: true, text: text)
    }
    if case .bad(let reason, afterApply: true) = facts.progress.served,
      facts.progress.appliedFor.contains(request.id)
        || (request.verb == .renew && order?.urgency != .now)
    {
      return .answer(request: request, done: false, text: reason)
    }
    guard facts.progress.served == .good, let current = facts.observation.current,
      order?.urgency != .now || request.verb == .renew
    else { return nil }
    switch request.verb {
    case .renew:
      guard facts.isMade(current.certificate, for: request) else { return nil }
      let text = "the new certificate is served: SHA-256 \(current.certificate.sha256)"
      return .answer(request: request, done: true, text: text)
    case .restart:
      guard facts.progress.appliedFor.contains(request.id) else { return nil }
      let text = "\(unit) serves generation \(current.number) on every channel"
      return .answer(request: request, done: true, text: text)
    }
  }
}
