import Planner

/// HTTPS is enforced when the grace period ends, not before and not much later, and the day on
/// which it began is never moved to a later one.
struct GraceIsCounted: Checker {
  static let patience: Seconds = 26 * 3600
  private var firstSeen: UnixSeconds?

  mutating func see(_ moment: Moment, in world: World) -> String? {
    if case .outside = moment { firstSeen = world.ratchet.firstSeen }
    defer { firstSeen = world.ratchet.firstSeen }
    if let before = firstSeen, let now = world.ratchet.firstSeen, now > before,
      before <= world.realtime
    {
      return "first sight was moved from \(before) to \(now)"
    }
    guard case .idle(_, let observation, _, _) = moment, world.isWell(for: Self.patience),
      case .valid(let settings) = observation.settings.outcome,
      let began = world.ratchet.firstSeen, world.ratchet.enforcedSince == nil
    else { return nil }
    let late = world.realtime - began - settings.plain.enforceAfter
    return late > 0 ? "the grace period ended \(late) s ago and HTTPS is not enforced" : nil
  }
}
