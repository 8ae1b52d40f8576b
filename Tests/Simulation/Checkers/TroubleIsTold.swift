import Planner

/// While something else is served than is wanted, a notice says why.
///
/// A job under way is no trouble yet: systemd's own limits for a stop and a start in a row come
/// first, counted from when the daemon could see it.
struct TroubleIsTold: Checker {
  /// As promised for a unit that starts, stops or reloads without an end.
  static let longestChange: Seconds = 5 * 60
  private var changingSince: Seconds?

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .planned(_, let observation, _):
      let isChanging = observation.unit.activity == .changing
      changingSince = isChanging ? changingSince ?? world.elapsed : nil
    case .crashed: changingSince = nil
    case .idle(let plan, _, _, _): return trouble(plan, world)
    case .begins, .ended, .said, .outside, .settled: break
    }
    return nil
  }

  private func trouble(_ plan: Plan, _ world: World) -> String? {
    guard world.elapsed - world.lastDisturbed > 7200, let wanted = plan.wanted,
      world.serving?.listen != wanted,
      !plan.notices.contains(where: { $0.severity != .info || $0.code == "held" })
    else { return nil }
    if let changingSince, world.elapsed - changingSince < Self.longestChange { return nil }
    return "served \(world.serving?.listen as Any), wanted \(wanted), but no notice says why"
  }
}
