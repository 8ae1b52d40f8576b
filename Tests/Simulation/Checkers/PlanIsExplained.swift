import Planner

/// All that `plan` shows has words and a reason, in one line each, in the order of time; notices
/// have words too.
struct PlanIsExplained: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .planned(let plan, let observation, _) = moment else { return nil }
    for step in plan.upcoming where !isLine(step.what) || !isLine(step.why) {
      return "\(step.kind) is named \"\(step.what)\" because of \"\(step.why)\""
    }
    if let step = plan.step, plan.upcoming.first?.kind != step.kind {
      return "\(step.kind) is due, and \(String(describing: plan.upcoming.first)) comes first"
    }
    let moments = plan.upcoming.compactMap(\.at)
    if zip(moments, moments.dropFirst()).contains(where: { $0 > $1 }) {
      return "what comes later is named first: \(moments.map { $0 - observation.clock.realtime })"
    }
    for notice in plan.notices where !isLine(notice.text) {
      return "\"\(notice.code)\" says \"\(notice.text)\""
    }
    return nil
  }

  private func isLine(_ text: String) -> Bool {
    !text.isEmpty && !text.utf8.contains(10) && text.utf8.first != 32
  }
}
