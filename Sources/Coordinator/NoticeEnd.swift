internal import Planner

/// What the journal says when a notice does not stand any more: what is well again, in plain words.
enum NoticeEnd {
  private static let soon = "enforcement-soon"
  private static let importedEnd = "imported-expires"
  private static let followedEnd = "followed-expires"

  /// Whether another notice goes on with the same matter, so that nothing is over.
  static func isContinued(_ code: String, by standing: Set<String>) -> Bool {
    if code.hasPrefix(soon) { return standing.contains { $0.hasPrefix(soon) } }
    for end in [importedEnd, followedEnd] where code.hasPrefix(end) {
      return standing.contains { $0.hasPrefix(end) || $0 == "expired" }
    }
    return code == "expires-soon" && standing.contains("expired")
  }

  /// One line about what the notice `code` spoke of.
  static func text(of code: String, service: String, observation: Observation) -> String {
    let unit = observation.adoption?.unit ?? "the unit"
    if let text = unitText(code, unit, observation) ?? changeText(code, unit) { return text }
    if code.hasPrefix(soon) { return enforcementText(observation) }
    if code.hasPrefix(importedEnd) { return "the imported certificate was replaced" }
    if code.hasPrefix(followedEnd) { return "the followed certificate was renewed" }
    return switch code {
    case "not-adopted": "\(unit) is adopted and guarded from now on"
    case "settings-invalid": "the settings are valid again"
    case "settings-missing": "\(service).toml is there again"
    case "unit-differs": "the settings name \(unit) again, as it was adopted"
    case "ratchet-unreadable": "the record of enforcement can be read again"
    case "ratchet-not-written": "the record of enforcement is written"
    case "clock-in-doubt": "the clock is believed again; what waited for it goes on"
    case "revert-refused": "no settings file says protocol = \"http\" any more"
    case "expired", "expires-soon": "the certificate does not expire soon any more"
    case "certificate-change-pending": "the certificate is as the settings want it"
    case "state-not-written": "what must be remembered is written again"
    case "import-missing": "the imported certificate is there, or is not wanted any more"
    case "import-waits": "the imported certificate that waited is served, or was taken back"
    case "import-ended": "the imported certificate that had ended is not wanted any more"
    case "trust-not-in-force":
      "agents.trusted_communication is in force, or is not wanted any more"
    case "request-pending": "no certificate request waits for an answer any more"
    case "followed-mismatch": "certificate and key of the followed files belong together again"
    case "followed-unreadable": "the followed files can be read again"
    case "followed-refused", "followed-held":
      "the followed files hold a certificate that is taken, or are not followed any more"
    case "held": "the hold is over; what waited for it goes on"
    case "window-never": "restart.window opens again"
    default: "what was said before of \"\(code)\" does not hold any more"
    }
  }

  private static func unitText(
    _ code: String, _ unit: String, _ observation: Observation
  ) -> String? {
    switch code {
    case "systemd-away": "systemd answers again"
    case "unit-not-found": "systemd knows \(unit) again"
    case "unit-masked": "\(unit) is not masked any more"
    case "unit-stopped": "\(unit) is not stopped any more"
    case "unit-changing": "the job of \(unit) ended"
    case "unit-failed": "\(unit) is not failed any more"
    case "preparation-missing": "a restart of \(unit) is prepared again"
    case "link-missing": "the configuration of \(unit) leads to the current generation again"
    case "profile-missing": "the profile is whole again"
    case "newer-generation": "the current generation is understood again"
    case "served-differs":
      observation.unit.activity == .active
        ? "\(unit) serves what it should again"
        : "\(unit) does not run, so what it serves is not looked at"
    default: nil
    }
  }

  private static func changeText(_ code: String, _ unit: String) -> String? {
    switch code {
    case "stage-failed": "the next generation is written, or is not wanted any more"
    case "port-taken": "the port that was taken is free, or is not wanted any more"
    case "refused-by-server": "what the server refused is accepted, or is not wanted any more"
    case "rolled-back": "what was rolled back is tried anew, or is not wanted any more"
    case "preparation-failed": "the preparation of \(unit) works again, or is not needed any more"
    case "step-failed": "the step that failed is done, or is not needed any more"
    default: nil
    }
  }

  private static func enforcementText(_ observation: Observation) -> String {
    if case .readable(let ratchet) = observation.ratchet, ratchet.enforcedSince != nil {
      return "the grace period is over: HTTPS is enforced"
    }
    return "the end of the grace period was moved: it is not near any more"
  }
}
