extension Planner {
  /// What the administrator should see now.
  ///
  /// Level-triggered: stands as long as its cause.
  static func notices(_ facts: Facts) -> [Notice] {
    guard facts.observation.adoption != nil else { return [notAdopted(facts)] }
    return settingsNotices(facts) + unitNotices(facts) + changeNotices(facts)
      + enforcementNotices(facts) + certificateNotices(facts) + timeNotices(facts)
  }

  private static func notAdopted(_ facts: Facts) -> Notice {
    let unit = facts.settings?.unit ?? "UNIT"
    let profile = facts.settings?.profile ?? "PROFILE"
    if let problem = facts.observation.adoptionProblem {
      return Notice(
        code: "not-adopted", severity: .error,
        text: "the record of its adoption does not count, so nothing is done: \(problem); mend"
          + " it, or move it away and run: supervisord-ec adopt \(unit) --profile \(profile)"
          + " --name \(facts.name)")
    }
    return Notice(
      code: "not-adopted", severity: .info,
      text: "the settings of \"\(facts.name)\" are there but nobody adopted \(unit); run:"
        + " supervisord-ec adopt \(unit) --profile \(profile) --name \(facts.name)")
  }

  private static func settingsNotices(_ facts: Facts) -> [Notice] {
    let inForce =
      facts.state.lastValidSettings == nil
      ? "nothing is done until it is mended" : "the last valid settings stay in force"
    switch facts.observation.settings.outcome {
    case .valid(let settings):
      guard let adoption = facts.observation.adoption, adoption.unit != settings.unit else {
        return []
      }
      return [
        Notice(
          code: "unit-differs", severity: .error,
          text: "the settings name \(settings.unit) but \(adoption.unit) is adopted as"
            + " \"\(facts.name)\", which stays in force; release and adopt again, or mend unit")
      ]
    case .invalid(let problems):
      let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
      return [
        Notice(
          code: "settings-invalid", severity: .error,
          text: "\(problems.first ?? "the settings are invalid")\(more); \(inForce); see:"
            + " supervisord-ec check")
      ]
    case .missing:
      return [
        Notice(
          code: "settings-missing", severity: .warning,
          text: "\(facts.name).toml is gone; \(inForce); put it back, or let go of the service"
            + " with: supervisord-ec release \(facts.name)")
      ]
    }
  }

  private static func unitNotices(_ facts: Facts) -> [Notice] {
    let (unit, name) = (facts.unitName, facts.name)
    var result: [Notice] = []
    switch facts.observation.unit.activity {
    case .away:
      result.append(
        Notice(
          code: "systemd-away", severity: .warning,
          text: "systemd does not answer on D-Bus, so nothing can be done for \(unit); it is asked"
            + " again by itself, every minute at least; see: systemctl status dbus.socket"
        ))
    case .notFound:
      result.append(
        Notice(
          code: "unit-not-found", severity: .error,
          text: "systemd knows no \(unit); install it, or: supervisord-ec release \(name)"))
    case .masked:
      result.append(
        Notice(
          code: "unit-masked", severity: .warning,
          text: "\(unit) is masked, so nothing is done; run: systemctl unmask \(unit)"))
    case .inactive:
      result.append(
        Notice(
          code: "unit-stopped", severity: .warning,
          text: "\(unit) is stopped and is not started by us; run: systemctl start \(unit)"))
    case .failed:
      result.append(
        Notice(
          code: "unit-failed", severity: .error,
          text: "\(unit) failed; see: journalctl -u \(unit) -e; then: systemctl start \(unit)"))
    case .changing where facts.isStuck:
      result.append(
        Notice(
          code: "unit-changing", severity: .warning,
          text: "\(unit) starts, stops or reloads without an end, so nothing is done; see:"
            + " systemctl status \(unit); systemctl list-jobs"))
    case .unknown, .active, .changing: break
    }
    return result + pieceNotices(facts)
  }

  /// What lies around the unit: its preparation, links, generation and profile.
  private static func pieceNotices(_ facts: Facts) -> [Notice] {
    let (unit, name) = (facts.unitName, facts.name)
    var result: [Notice] = []
    if facts.observation.unit.preparationInForce == false {
      result.append(
        Notice(
          code: "preparation-missing", severity: .error,
          text: "\(unit) starts without supervisord-ec-prepare@\(name).service, so a restart renews"
            + " nothing; unmask it, or repair the drop-in with: supervisord-ec adopt \(unit)"
            + " --profile \(facts.observation.adoption?.profile ?? "PROFILE") --name \(name)"))
    }
    if let link = facts.observation.brokenLinks.first {
      result.append(
        Notice(
          code: "link-missing", severity: .error,
          text: "\"\(link)\" does not lead to the current generation any more, so the server would"
            + " not start with it; repair it with: supervisord-ec adopt \(unit) --profile"
            + " \(facts.observation.adoption?.profile ?? "PROFILE") --name \(name)"))
    }
    if let reason = facts.observation.newerCurrent {
      result.append(
        Notice(
          code: "newer-generation", severity: .error,
          text: "\(reason); \(unit) serves on with it, and nothing is changed or renewed until"
            + " then"))
    }
    if facts.observation.profile == nil {
      result.append(
        Notice(
          code: "profile-missing", severity: .error,
          text:
            "the profile \"\(facts.observation.adoption?.profile ?? "")\" is missing or damaged;"
            + " reinstall the package supervisord-ec"))
    }
    return result
  }

  private static func changeNotices(_ facts: Facts) -> [Notice] {
    var result: [Notice] = []
    if let failure = facts.standingFailure {
      result.append(
        Notice(
          code: code(failure), severity: .error,
          text: "\(failure.text); \(remedy(failure, facts))"))
    }
    let held = facts.progress.held.map { "\($0.key.rawValue): \($0.value.reason)" }.sorted()
    if !held.isEmpty {
      result.append(
        Notice(
          code: "step-failed", severity: .error,
          text: "\(held.joined(separator: "; ")); mend that; it is tried again by itself, when:"
            + " supervisord-ec plan \(facts.name)"))
    }
    if let again = facts.progress.lookAgain, facts.progress.served != .good,
      facts.rollBackTarget == nil, !facts.isRestoringNow
    {
      result.append(
        Notice(
          code: "served-differs", severity: .error,
          text:
            "\(facts.unitName) does not serve what it should: \(again.reason); see: journalctl -u"
            + " \(facts.unitName) -e"))
    }
    return result
  }

  private static func code(_ failure: Failure) -> String {
    switch failure.kind {
    case .stage, .unchecked: "stage-failed"
    case .portTaken: "port-taken"
    case .refused: "refused-by-server"
    case .job, .probe: "rolled-back"
    case .preparation: "preparation-failed"
    }
  }

  private static func remedy(_ failure: Failure, _ facts: Facts) -> String {
    switch failure.kind {
    case .stage, .unchecked:
      "nothing was changed; mend that; it is tried again by itself, when: supervisord-ec plan"
        + " \(facts.name)"
    case .portTaken:
      "nothing was changed; free the port or choose another; it is tried again by itself, when:"
        + " supervisord-ec plan \(facts.name)"
    case .refused:
      "nothing was changed; mend the settings or the server's own configuration; it is tried again"
        + " by itself, when: supervisord-ec plan \(facts.name)"
    case .job, .probe:
      "change the settings, or try again with: supervisord-ec restart \(facts.name)"
    case .preparation: "repair the preparation and try: supervisord-ec restart \(facts.name)"
    }
  }
}
