import Planner

/// What others issued and waits for its moment is not served before it, unless what is served ends;
/// and what ended never takes the place of what clients still take.
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
    guard world.draft.health == .valid, world.wantedBrought?.sha256 == now.sha256,
      let at = world.activation
    else { return nil }
    let force = min(settings.restart.forceBeforeExpiry, settings.certificate.lifetime / 2)
    let ends = before.notAfter - force <= time + margin || before.notBefore > time - margin
    return at > time + margin && !ends
      ? "\"\(now.sha256)\" is served \(at - time) s before its moment" : nil
  }
}
