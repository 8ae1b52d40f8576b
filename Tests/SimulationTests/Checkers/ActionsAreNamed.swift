import Planner

/// The service is never touched by a step that `plan` had not named before: in the answer it comes
/// from, and, unless something happened outside, in the answer before that too.
struct ActionsAreNamed: Checker {
  private var named: Set<StepKind>?
  private var before: Set<StepKind>?

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .planned(let plan, _, let running):
      guard running == nil else { return nil }
      before = named
      named = Set(plan.upcoming.map(\.kind))
    case .begins(let step):
      guard step.touchesService else { return nil }
      if !(named?.contains(step.kind) ?? false) {
        return "\(step) begins but its own plan names only \(kinds(named))"
      }
      if let before, !before.contains(step.kind) {
        return "\(step) begins but the plan before named only \(kinds(before))"
      }
    case .outside, .crashed, .idle:
      // Time passing is an event as well: what it brings is named by the next answer.
      (named, before) = (nil, nil)
    case .ended, .settled: break
    }
    return nil
  }

  private func kinds(_ kinds: Set<StepKind>?) -> [String] { (kinds ?? []).map(\.rawValue).sorted() }
}
