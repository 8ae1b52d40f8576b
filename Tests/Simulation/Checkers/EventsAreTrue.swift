import Planner

/// What the journal is told happened, by the world's truth: what is enforced or seen for the first
/// time is on record, and what is committed, or answered as served, answers on every channel.
struct EventsAreTrue: Checker {
  /// Whether nothing happened since the last look at the channels that found them well.
  private var isFresh = false
  private var isUndisturbed = false

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .outside, .crashed, .idle: (isFresh, isUndisturbed) = (false, false)
    case .begins(.probe):
      // A job that comes to its end meanwhile changes what is served.
      isUndisturbed = world.pending == nil
    case .ended(let step, let result, let events, _):
      if case .probe = step { isFresh = isUndisturbed && result == .done }
      for event in events {
        if let lie = lie(event, of: step, world) { return lie }
      }
    case .begins, .planned, .said, .settled: break
    }
    return nil
  }

  private func lie(_ event: Event, of step: Step, _ world: World) -> String? {
    switch (event.code, step) {
    case (.enforced, _):
      return world.ratchet.enforcedSince == nil ? "HTTPS is said to be enforced: no record" : nil
    case (.firstSight, _):
      return world.ratchet.firstSeen == nil ? "first sight is told, and not on record" : nil
    case (.committed, .commit(let number)):
      guard isFresh, !world.answers(number) else { return nil }
      return "generation \(number) is committed, and does not answer"
    case (.answered, .answer(let request, true, _)):
      guard isFresh, world.activity == .active, let serving = world.serving else { return nil }
      if !world.answers(serving.number) { return "\(request.verb) is done, and nothing answers" }
      guard request.verb == .renew, serving.certificate.madeAt < request.at else { return nil }
      return "a new certificate is said to be served, and the old one is"
    default: return nil
    }
  }
}
