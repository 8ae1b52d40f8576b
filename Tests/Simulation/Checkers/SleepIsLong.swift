import Planner

/// A daemon with nothing to do sleeps: in any hour it wakes a few times at most to find nothing,
/// and so often more for each thing that happened.
struct SleepIsLong: Checker {
  /// The pauses of a back-off, from seconds up to five minutes, of a few steps beside each other.
  static let wakesPerHour = 60
  /// What happened, the pauses after it and their ends.
  static let wakesPerEvent = 20

  private var wakes: [Seconds] = []
  private var events: [Seconds] = []

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .outside, .crashed, .ended: events.append(world.elapsed)
    case .idle:
      wakes.append(world.elapsed)
      let ago = world.elapsed - 3600
      if let stale = wakes.lastIndex(where: { $0 <= ago }) { wakes.removeFirst(stale + 1) }
      if let stale = events.lastIndex(where: { $0 <= ago }) { events.removeFirst(stale + 1) }
      guard wakes.count > Self.wakesPerHour + events.count * Self.wakesPerEvent else { return nil }
      return "\(wakes.count) wake-ups in an hour of \(events.count) events and steps"
    case .planned, .begins, .said, .settled: break
    }
    return nil
  }
}
