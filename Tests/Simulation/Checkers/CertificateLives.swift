import Planner

/// While the unit runs, nothing is wrong and the clock is believed, no certificate served expires.
struct CertificateLives: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .idle(_, _, _, let progress) = moment, progress.clock.doubt == nil,
      world.faults == Faults(), world.elapsed - world.lastDisturbed > 2 * Limits.day,
      world.draft.health == .valid, let certificate = world.serving?.certificate,
      // What others issued they alone renew; that it ends is told.
      certificate.issuer == nil
    else { return nil }
    if certificate.notAfter <= world.realtime { return "an expired certificate is served" }
    if certificate.notBefore > world.realtime { return "a certificate is served too early" }
    return nil
  }
}
