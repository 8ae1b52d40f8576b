import Planner

/// A renewal that can wait is served by us in a window only, and nothing is in a hold, unless
/// somebody asks for it.
struct HandsOff: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .begins(let step) = moment, world.requests.isEmpty, !world.faults.diskFails,
      world.draft.health == .valid, let current = world.current.flatMap({ world.generations[$0] }),
      world.savedState.committed.contains(current.number), world.savedState.restoring == nil,
      world.savedState.staleRun == nil
    else { return nil }
    let next: GenerationFacts?
    switch step {
    case .switchCurrent(let number): next = world.generations[number]
    case .restart: next = world.candidate.flatMap { world.generations[$0] }
    default: next = nil
    }
    guard let next, next.number != current.number else { return nil }
    let settings = world.draft.settings
    let left = current.certificate.notAfter - world.realtime
    let force = min(settings.restart.forceBeforeExpiry, settings.certificate.lifetime / 2)
    let isForced = left <= force
    guard !isForced, current.certificate.notBefore <= world.realtime else { return nil }
    let keepsProtocol = next.listen.consoleProtocol == current.listen.consoleProtocol
    if let hold = settings.hold, world.realtime < hold.until, keepsProtocol {
      return "\(step) begins in a hold"
    }
    // What others issued is served as soon as it is there, and so is what takes its place.
    guard next.certificate.issuer == nil, current.certificate.issuer == nil else { return nil }
    guard next.listen == current.listen, case .switchCurrent = step else { return nil }
    guard let window = settings.restart.window else {
      return "a renewal that can wait is served without a window"
    }
    return world.isWindowOpen(window) ? nil : "a renewal that can wait is served out of the window"
  }
}
