internal import Planner

/// How long it took from a change outside to the job that systemd was asked for because of it.
///
/// All moments are microseconds of the boottime clock.
struct Reaction: Equatable {
  private var seenAt: UInt64?
  private var reacted: UInt64?

  /// A change was seen; the first one of several counts.
  mutating func saw(at now: UInt64) {
    seenAt = seenAt ?? now
    reacted = nil
  }

  /// Nothing is to be done because of what was seen.
  mutating func nothingFollows() { seenAt = nil }

  /// A job was asked for.
  mutating func called(at now: UInt64) {
    guard let seen = seenAt else { return }
    seenAt = nil
    reacted = now >= seen ? now - seen : nil
  }

  /// How long it took, if what is served now is because of a change that was seen.
  mutating func end() -> UInt64? {
    defer { reacted = nil }
    return reacted
  }
}

extension Step {
  /// Whether it is a job of the supervised unit.
  var isJob: Bool {
    switch self {
    case .reload, .restart: true
    case .recordFirstSight, .enforce, .readCalendar, .stage, .lookUpPorts, .check, .switchCurrent,
      .probe, .commit, .rollBack, .prune, .answer:
      false
    }
  }
}
