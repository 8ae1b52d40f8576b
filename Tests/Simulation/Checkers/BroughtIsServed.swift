import Planner

/// Once all is well, what others issued is served as the settings ask: the import that they name,
/// the newest followed one that was accepted, or one made here.
///
/// One that nobody accepted is served at no time.
struct BroughtIsServed: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard let serving = world.serving else { return nil }
    let isBrought = serving.certificate.issuer != nil
    if isBrought, !world.brought.accepted.contains(serving.certificate.sha256) {
      return "\"\(serving.certificate.sha256)\" is served, and was never accepted"
    }
    guard case .settled = moment, !world.isWaiting else { return nil }
    guard let wanted = world.wantedBrought else {
      return isBrought && world.draft.settings.certificate.source == .selfSigned
        ? "\"\(serving.certificate.sha256)\" is served, and one made here is asked for" : nil
    }
    return serving.certificate.sha256 == wanted.sha256
      ? nil : "\"\(serving.certificate.sha256)\" is served, not \"\(wanted.sha256)\""
  }
}
