import Planner

/// After enforcement the console's HTTP port serves no content: nothing is switched to that would,
/// and two hours after the last trouble it redirects or is closed.
struct PlainTextEnds: Checker {
  static let patience: Seconds = 2 * 3600

  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard world.ratchet.enforcedSince != nil else { return nil }
    switch moment {
    case .begins(.switchCurrent(let number)):
      // A renewal on HTTP while the way to HTTPS is blocked takes nothing back.
      let current = world.current.flatMap { world.generations[$0] }
      guard world.generations[number]?.listen.consoleProtocol == .http,
        current?.listen.consoleProtocol == .https
      else { return nil }
      return "generation \(number) on HTTP is switched to although HTTPS is enforced"
    case .idle:
      guard world.isWell(for: Self.patience), world.savedState.failure?.rolledBack != true,
        let serving = world.serving, serving.listen.consoleProtocol == .http
      else { return nil }
      return "generation \(serving.number) still serves HTTP although HTTPS is enforced"
    case .planned, .begins, .ended, .outside, .said, .crashed, .settled: return nil
    }
  }
}
