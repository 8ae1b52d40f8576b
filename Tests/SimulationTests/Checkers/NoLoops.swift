import Planner

/// While nothing happens outside, the service is touched a few times an hour at most, and the
/// daemon does not run in circles either.
struct NoLoops: Checker {
  /// A change with roll-back touches the service four times; a retry and three looks come on top.
  static let touchesPerHour = 12
  /// Retries every five minutes, of up to three steps each, after a burst of a few doublings.
  static let stepsPerHour = 150

  private var steps: [(at: Seconds, touches: Bool)] = []

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .outside, .crashed: steps = []
    case .ended(let step, let result, _):
      let isWritten = step.kind == .switchCurrent || step.kind == .rollBack
      let touches = step.touchesService && (result == .done || !isWritten)
      steps.append((world.boottime, touches))
      if let stale = steps.lastIndex(where: { $0.at <= world.boottime - 3600 }) {
        steps.removeFirst(stale + 1)
      }
      let touched = steps.count { $0.touches }
      if touched > Self.touchesPerHour {
        return "the service was touched \(touched) times in an hour"
      }
      if steps.count > Self.stepsPerHour { return "\(steps.count) steps in an hour" }
    case .planned, .begins, .idle, .settled: break
    }
    return nil
  }
}
