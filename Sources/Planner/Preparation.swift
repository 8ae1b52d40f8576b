/// What happens just before the service starts.
public enum Preparation: Equatable, Sendable {
  /// The service starts from what it has.
  case nothing
  /// `current` is switched to the candidate.
  case switchTo(Int)
  /// A generation is written now, then `current` is switched to it.
  case stage(StageOrder)
}

/// A roll-back by `prepare`, in the daemon's place.
public struct WayBack: Equatable, Sendable {
  /// The generation that `current` is switched back to.
  public var to: Int
  /// What is remembered from then on.
  public var state: ServiceState
  /// What was done and why, in one line.
  public var text: String
}

extension Planner {
  /// What `prepare` does if the start before failed and the daemon is away: a generation on trial
  /// is to blame and goes back, as the daemon would do it.
  ///
  /// Nil: nothing is on trial, or there is nothing to go back to.
  public static func wayBack(_ observation: Observation, state: ServiceState) -> WayBack? {
    let facts = factsForHelpers(observation, state)
    guard observation.adoption != nil, observation.newerCurrent == nil, facts.isOnTrial,
      let current = observation.current,
      case .rollBack(let from, let to, let reason) = rollBack(
        facts, from: current,
        reason: "\(facts.unitName) failed to run with it while the daemon was away")
    else { return nil }
    var (state, progress) = (state, Progress())
    let event = rolledBack(
      from: from, to: to, reason, facts, state: &state, progress: &progress)
    // The run that failed is over.
    state.staleRun = nil
    return WayBack(to: to, state: state, text: event.text)
  }

  /// What `prepare` does: renews if in the window, takes over a staged candidate.
  ///
  /// Only a configuration that the server's own check accepted is switched to here, as a start that
  /// fails while the daemon is away is rolled back at the next one only; before the first good
  /// generation there is nothing to lose. `portsTaken`: somebody else listens on a port that only
  /// the candidate wants.
  public static func preparation(
    _ observation: Observation, state: ServiceState, portsTaken: Bool
  ) -> Preparation {
    let facts = factsForHelpers(observation, state)
    guard observation.adoption != nil || observation.current == nil,
      observation.newerCurrent == nil
    else { return .nothing }
    guard let current = observation.current else {
      if let candidate = observation.candidate { return .switchTo(candidate.number) }
      guard let wanted = facts.wantedListen else { return .nothing }
      return .stage(facts.makeOrder(wanted, newCertificate: true, why: "the first generation"))
    }
    var listen = current.listen
    if let candidate = observation.candidate, candidate.listen == facts.wantedListen,
      candidate.listen == current.listen || state.committed.isEmpty
        || (state.checked == candidate.number && !portsTaken)
    {
      listen = candidate.listen
    }
    let due = facts.reasonNow ?? facts.reasonAtRestart
    let isMeant = observation.candidate.map { isNewer($0, listen, facts) } ?? false
    let order = facts.makeOrder(
      listen, newCertificate: due != nil || isMeant,
      why: due ?? facts.changeText(from: current.listen, to: listen))
    if facts.wasRolledBack(order) { return .nothing }
    // The server may refuse what others issued, and a start on it would fail: not before it was
    // checked, unless nobody takes the present one any more.
    let isProved = observation.candidate.map { $0.number == state.checked } ?? false
    if order.newCertificate, order.certificate.source == .imported, !isProved,
      facts.isUsable(current.certificate)
    {
      return .nothing
    }
    if let candidate = observation.candidate, facts.satisfies(candidate, order),
      isMeant || due != nil || candidate.listen != current.listen
    {
      return .switchTo(candidate.number)
    }
    return due == nil ? .nothing : .stage(order)
  }

  /// Whether the candidate brings a newer certificate.
  ///
  /// It was staged on purpose, for a request or a reason that is not seen here, and is meant for
  /// this very start.
  private static func isNewer(
    _ candidate: GenerationFacts, _ listen: ListenTarget, _ facts: Facts
  ) -> Bool {
    guard let current = facts.observation.current, candidate.listen == listen,
      !facts.isBroughtWaiting
    else { return false }
    let (new, old) = (candidate.certificate, current.certificate)
    return new.sha256 != old.sha256 && (new.madeAt > old.madeAt || !facts.isUsable(old))
      && (facts.isUsable(new) || !facts.isUsable(old))
      && facts.satisfies(
        candidate, facts.makeOrder(listen, newCertificate: true, why: ""))
  }

  /// What `stage` makes; nil: nothing is due.
  public static func stageOrder(_ observation: Observation, state: ServiceState) -> StageOrder? {
    let facts = factsForHelpers(observation, state)
    guard observation.newerCurrent == nil, let order = facts.order?.order else { return nil }
    if let candidate = observation.candidate, facts.satisfies(candidate, order) { return nil }
    return order
  }

  /// What only the candidate listens on, for a look at the ports before `preparation`.
  public static func claims(_ observation: Observation) -> [PortClaim] {
    guard let candidate = observation.candidate else { return [] }
    return Facts(observation, state: ServiceState()).newClaims(of: candidate)
  }

  private static func factsForHelpers(_ observation: Observation, _ state: ServiceState) -> Facts {
    var (state, progress) = (state, Progress())
    lookAtClock(observation.clock, state: &state, progress: &progress)
    return Facts(observation, state: state, progress: progress)
  }
}
