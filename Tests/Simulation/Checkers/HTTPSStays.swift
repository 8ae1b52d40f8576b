import Planner

/// Once a generation on HTTPS was committed, HTTP is never served again and the ratchet is never
/// unset or moved by us.
struct HTTPSStays: Checker {
  private var isCommitted = false
  private var ratchet = Ratchet()

  mutating func see(_ moment: Moment, in world: World) -> String? {
    if case .outside = moment { ratchet = world.ratchet }
    if case .ended(.commit(let number), .done, _, _) = moment,
      world.generations[number]?.listen.consoleProtocol == .https
    {
      isCommitted = true
    }
    if isCommitted, let serving = world.serving, serving.listen.consoleProtocol == .http {
      return "generation \(serving.number) serves HTTP although HTTPS was committed"
    }
    defer { ratchet = world.ratchet }
    if ratchet.enforcedSince != nil && ratchet.enforcedSince != world.ratchet.enforcedSince {
      return "the ratchet was changed after it was set"
    }
    return nil
  }
}
