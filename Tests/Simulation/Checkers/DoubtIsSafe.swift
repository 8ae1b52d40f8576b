import Planner

/// On a clock that is clearly wrong nothing is done that cannot be undone, for a day: the grace
/// period does not end, first sight is not recorded, no certificate is made while one is usable.
///
/// What is wrong is judged by the world's truth, not by what the planner believes.
struct DoubtIsSafe: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .begins(let step) = moment, world.wrongSince != nil, !world.isForgetful,
      world.savedState.lastRealtimeSeen != nil
    else { return nil }
    switch step {
    case .recordFirstSight:
      // Once HTTPS is enforced, nothing depends on it any more.
      return world.ratchet.enforcedSince == nil ? "first sight is recorded by a wrong clock" : nil
    case .enforce(_, true, _, _):
      let current = world.current.flatMap { world.generations[$0] }
      let isWanted = world.draft.saysHTTPS || world.dropInHasProtocol
      if isWanted || current?.listen.consoleProtocol == .https { return nil }
      if world.draft.health != .valid { return nil }
      return "the grace period ends by a wrong clock"
    case .stage(let order):
      guard order.newCertificate, order.madeAfter == nil, world.requests.isEmpty,
        !order.certificate.source.isBrought,
        let certificate = world.current.flatMap({ world.generations[$0] })?.certificate
      else { return nil }
      // Somebody wants one made here in the place of another's.
      if certificate.issuer != nil { return nil }
      // Whatever was believed before: no right clock is earlier than the program.
      let trusted = max(world.rightTime + world.trustedError, world.builtAt)
      guard certificate.notBefore <= trusted, trusted < certificate.notAfter else { return nil }
      return "a certificate is made by a wrong clock although one is usable"
    default: return nil
    }
  }
}
