import Planner

/// While something else is served than is wanted, a notice says why.
struct TroubleIsTold: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .idle(let plan, _, _, _) = moment,
      world.elapsed - world.lastDisturbed > 7200, let wanted = plan.wanted,
      world.serving?.listen != wanted,
      !plan.notices.contains(where: { $0.severity != .info || $0.code == "held" })
    else { return nil }
    return "served \(world.serving?.listen as Any), wanted \(wanted), but no notice says why"
  }
}
