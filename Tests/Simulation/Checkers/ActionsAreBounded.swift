import Planner

/// In any hour the service is touched a few times at most, whatever goes wrong: so often for what
/// fails by itself, and so often more for each thing that happened outside.
///
/// The daemon does not run in circles either.
struct ActionsAreBounded: Checker {
  /// A change with roll-back touches the service four times; a retry and three looks come on top.
  static let touchesPerHour = 12
  /// A change, its roll-back, and a renewal that takes its place.
  static let touchesPerEvent = 6
  /// Retries every five minutes, of up to three steps each, after a burst of a few doublings.
  static let stepsPerHour = 150
  /// All steps of a change, of its roll-back and of a renewal.
  static let stepsPerEvent = 40

  private var steps: [(at: Seconds, touches: Bool)] = []
  private var events: [Seconds] = []

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .outside, .crashed: events.append(world.elapsed)
    case .ended(let step, let result, _, _):
      let isWritten = step.kind == .switchCurrent || step.kind == .rollBack
      let touches = step.touchesService && (result == .done || !isWritten)
      steps.append((world.elapsed, touches))
      let ago = world.elapsed - 3600
      if let stale = steps.lastIndex(where: { $0.at <= ago }) { steps.removeFirst(stale + 1) }
      // What happened an hour before the first step of this hour may have its effect in it.
      events.removeAll { $0 <= ago - 3600 }
      let touched = steps.count { $0.touches }
      if touched > Self.touchesPerHour + events.count * Self.touchesPerEvent {
        return "the service was touched \(touched) times in an hour of \(events.count) events"
      }
      if steps.count > Self.stepsPerHour + events.count * Self.stepsPerEvent {
        return "\(steps.count) steps in an hour of \(events.count) events"
      }
    case .planned, .begins, .said, .idle, .settled: break
    }
    return nil
  }
}
