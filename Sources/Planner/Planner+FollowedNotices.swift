extension Planner {
  /// What stands in the way of a followed certificate.
  ///
  /// A write in progress is told only once it is none any more.
  static func followedNotices(_ facts: Facts) -> [Notice] {
    guard facts.settings?.certificate.source == .followed,
      let finding = facts.observation.followed?.finding, facts.counts(finding)
    else { return [] }
    let name = facts.name
    let stays =
      facts.servesFollowed
      ? "the last good one is served on" : "what was served before is served on"
    let (code, next) =
      switch finding.kind {
      case .mismatch:
        (
          "followed-mismatch",
          "let what keeps them write both; it is read again by itself as soon as one changes"
        )
      case .incomplete:
        ("followed-unreadable", "put it back; it is read again by itself as soon as it changes")
      case .unreadable:
        (
          "followed-unreadable",
          "let the user supervisord-ec read it, or have systemd read it for us: supervisord-ec"
            + " adopt \(facts.unitName) --profile \(facts.observation.adoption?.profile ?? "PROFILE")"
            + " --name \(name)"
        )
      case .refused:
        (
          "followed-refused",
          "all reasons, by the paths of the settings: supervisord-ec certificate check; it is"
            + " judged again by itself"
        )
      case .held:
        (
          "followed-held",
          "if you want it all the same: supervisord-ec certificate import \(name)"
            + " --replace-anyway"
        )
      }
    return [
      Notice(
        code: code, severity: finding.kind == .held ? .warning : .error,
        text: "the followed certificate is not taken, \(stays): \(finding.text); \(next)")
    ]
  }
}

extension Facts {
  /// Whether a finding is more than a write in progress; a clock that went back settles nothing.
  func counts(_ finding: FollowedFinding) -> Bool {
    now >= finding.countsAt || now < finding.since
  }
}
