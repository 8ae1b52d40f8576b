import Planner

/// The service is never touched by a step that `plan` had not named before: in the answer it comes
/// from, and, unless something happened outside, in the answer before that too.
///
/// A pause that ended meanwhile was named as a try at that moment, which stands for all its steps.
struct ActionsAreNamed: Checker {
  private var named: [PlannedStep]?
  private var before: [PlannedStep]?
  private var now: UnixSeconds = 0

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .planned(let plan, let observation, let running):
      guard running == nil else { return nil }
      before = named
      named = plan.upcoming
      now = observation.clock.realtime
    case .begins(let step):
      guard step.touchesService else { return nil }
      if !(named ?? []).contains(where: { $0.kind == step.kind }) {
        return "\(step) begins but its own plan names only \(kinds(named))"
      }
      if let before, !before.contains(where: { $0.kind == step.kind || isDueTry($0) }) {
        return "\(step) begins but the plan before named only \(kinds(before))"
      }
    case .outside, .crashed, .idle:
      // Time passing is an event as well: what it brings is named by the next answer.
      (named, before) = (nil, nil)
    case .ended, .said, .settled: break
    }
    return nil
  }

  private func isDueTry(_ step: PlannedStep) -> Bool {
    guard step.what == "try again", let at = step.at else { return false }
    return at <= now
  }

  private func kinds(_ steps: [PlannedStep]?) -> [String] {
    Set((steps ?? []).map(\.kind.rawValue)).sorted()
  }
}
