extension Planner {
  /// What stands in the way of a followed certificate.
  ///
  /// A write in progress is told only once it is none any more.
  static func followedNotices(_ facts: Facts) -> [Notice] {
    guard let settings = facts.settings, settings.certificate.source == .followed,
      let finding = facts.observation.followed?.finding, facts.counts(finding)
    else { return [] }
    let stays = facts.servesFollowed ? "the last good one" : "the one before"
    return [
      Notice(
        code: code(of: finding.kind), severity: finding.kind == .held ? .warning : .error,
        text: "\(finding.text); the followed certificate is not taken and \(stays) stays;"
          + " \(remedy(finding, settings, facts))")
    ]
  }

  private static func code(of kind: FollowedFinding.Kind) -> String {
    switch kind {
    case .mismatch: "followed-mismatch"
    case .incomplete, .unreadable: "followed-unreadable"
    case .refused: "followed-refused"
    case .held: "followed-held"
    }
  }

  private static func remedy(
    _ finding: FollowedFinding, _ settings: ServiceSettings, _ facts: Facts
  ) -> String {
    switch finding.kind {
    case .mismatch:
      "it is read again by itself once what keeps the files has written both"
    case .incomplete: "put it back; it is read again by itself"
    case .unreadable:
      "let systemd read it for us: supervisord-ec adopt \(facts.unitName) --profile"
        + " \(facts.observation.adoption?.profile ?? settings.profile) --name \(facts.name)"
    case .refused where finding.code == FollowedFinding.unknownIssuer:
      "if it is a private CA's root, put it into /usr/local/share/ca-certificates, then:"
        + " update-ca-certificates; systemctl reload supervisord-ec"
    case .refused: "it is judged again by itself, at once with: systemctl reload supervisord-ec"
    case .held:
      "if you want it: supervisord-ec certificate import \(facts.name) --replace-anyway"
    }
  }
}

extension Facts {
  /// Whether a finding is more than a write in progress; after a clock that went back it is.
  func counts(_ finding: FollowedFinding) -> Bool {
    now >= finding.countsAt || now < finding.since
  }
}
