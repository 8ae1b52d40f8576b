import Planner

/// A notice stands exactly as long as its cause, judged by the world's truth.
struct NoticesAreTrue: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .idle(let plan, let observation, _, let progress) = moment else { return nil }
    let standing = Set(plan.notices.map(\.code))
    for (code, isTrue) in Self.causes(world, observation, progress) {
      if isTrue && !standing.contains(code) { return "\"\(code)\" is true but does not stand" }
      if !isTrue && standing.contains(code) { return "\"\(code)\" stands but is not true" }
    }
    let soon = plan.notices.filter { $0.code.hasPrefix("enforcement-soon-") }
    if soon.count > 1 { return "two notices of enforcement stand" }
    return Self.enforcement(world, observation, progress, isTold: !soon.isEmpty)
  }

  /// What can be judged from outside at any moment.
  private static func causes(
    _ world: World, _ observation: Observation, _ progress: Progress
  ) -> [(String, Bool)] {
    let unit = observation.unit.activity
    let isClear = progress.clock.doubt == nil
    var result: [(String, Bool)] = [
      ("settings-invalid", world.draft.health == .invalid),
      ("settings-missing", world.draft.health == .missing),
      ("systemd-away", unit == .away), ("unit-masked", unit == .masked),
      ("unit-stopped", unit == .inactive), ("unit-failed", unit == .failed),
      ("profile-missing", world.faults.profileMissing),
      ("ratchet-unreadable", world.faults.ratchetUnreadable),
      ("preparation-missing", observation.unit.preparationInForce == false),
    ]
    guard isClear else { return result }
    if world.draft.health == .valid {
      result.append(("held", (world.draft.settings.hold?.until ?? .min) > world.realtime))
    }
    if let certificate = observation.current?.certificate {
      result.append(("expired", certificate.notAfter <= world.realtime))
    }
    result.append(
      ("clock-in-doubt", world.wrongSince != nil && world.synchronised == false && !isClear))
    return result
  }

  /// From 14 days before the end of the grace period on, the administrator is told.
  private static func enforcement(
    _ world: World, _ observation: Observation, _ progress: Progress, isTold: Bool
  ) -> String? {
    guard progress.clock.doubt == nil, case .valid(let settings) = observation.settings.outcome,
      !world.faults.ratchetUnreadable, let began = world.ratchet.firstSeen,
      world.ratchet.enforcedSince == nil, !settings.plain.wantsHTTPS,
      observation.current?.listen.consoleProtocol == .http,
      observation.lastGood?.listen.consoleProtocol != .https
    else { return nil }
    let left = began + settings.plain.enforceAfter - world.realtime
    let isSoon = (1...14 * Limits.day).contains(left)
    if isSoon && !isTold { return "HTTPS is enforced in \(left) s but no notice says so" }
    return !isSoon && isTold ? "a notice tells of enforcement, \(left) s from now" : nil
  }
}

extension PlainSettings {
  fileprivate var wantsHTTPS: Bool { wanted == .https }
}
