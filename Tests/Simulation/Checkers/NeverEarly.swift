import Planner

/// An import that waits for its moment is not served before it, unless what is served ends; and what
/// ended never takes the place of what others still take.
struct NeverEarly: Checker {
  private var before: CertificateFacts?

  mutating func see(_ moment: Moment, in world: World) -> String? {
    defer { before = world.serving?.certificate ?? before }
    guard let before, let now = world.serving?.certificate, now.sha256 != before.sha256,
      now.issuer != nil, world.wrongSince == nil
    else { return nil }
    let time = world.rightTime + world.trustedError
    let margin = World.clearlyWrong
    if now.notAfter <= time - margin, (before.notBefore..<before.notAfter).contains(time) {
      return "one that ended on \(Timestamp.text(now.notAfter)) takes the place of one that did not"
    }
    let settings = world.draft.settings
    guard settings.certificate.source == .imported, settings.certificate.imported == now.sha256,
      world.draft.health == .valid, let at = settings.certificate.activateAt
    else { return nil }
    let force = min(settings.restart.forceBeforeExpiry, settings.certificate.lifetime / 2)
    let ends = before.notAfter - force <= time + margin || before.notBefore > time - margin
    return at > time + margin && !ends
      ? "\"\(now.sha256)\" is served \(at - time) s before its moment" : nil
  }
}
