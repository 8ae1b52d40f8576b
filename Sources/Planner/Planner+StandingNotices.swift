extension Planner {
  static func enforcementNotices(_ facts: Facts) -> [Notice] {
    var result = clockNotices(facts)
    if case .unreadable(let reason) = facts.observation.ratchet {
      result.append(
        Notice(
          code: "ratchet-unreadable", severity: .error,
          text: "\(reason); HTTPS stays as it is and the file is left untouched; restore it from a"
            + " backup, or move it away"))
    }
    if let failed = facts.progress.ratchetFailed {
      result.append(
        Notice(
          code: "ratchet-not-written", severity: .error,
          text: "what must be remembered for ever could not be written: \(failed.reason); free"
            + " space or mend the folder; it is tried again by itself, every 5 minutes at least"))
    }
    if facts.isEnforced { return result + revertNotices(facts) }
    guard let at = facts.enforcementAt else { return result }
    let left = at - facts.believedNow
    guard left > 0, let day = Limits.enforcementNoticeDays.last(where: { left <= $0 * Limits.day })
    else { return result }
    result.append(
      Notice(
        code: "enforcement-soon-\(day)d", severity: .warning,
        text: "HTTPS is enforced on \(Timestamp.text(at)), for good; from the next login on:"
          + " https://\(facts.host):\(facts.consolePort)/; earlier with: supervisord-ec"
          + " enable-https \(facts.name)"))
    return result
  }

  private static func clockNotices(_ facts: Facts) -> [Notice] {
    guard let doubt = facts.progress.clock.doubt else { return [] }
    let age = facts.observation.clock.boottime - doubt.since
    if facts.observation.clock.synchronised == nil && age < Limits.clockAnswer { return [] }
    return [
      Notice(
        code: "clock-in-doubt", severity: .warning,
        text: "the clock says \(Timestamp.text(facts.now)) but \(doubt.reason); nothing that cannot"
          + " be undone happens until it is synchronised, for a day at most; see: timedatectl")
    ]
  }

  /// Somebody's files say `http`: explained, without effect.
  private static func revertNotices(_ facts: Facts) -> [Notice] {
    let settings = facts.observation.settings
    guard let file = settings.filesSayingHTTP.last else { return [] }
    let since = facts.ratchet?.enforcedSince.map { " since \(Timestamp.text($0))" } ?? ""
    return [
      Notice(
        code: "revert-refused", severity: settings.mergedSaysHTTP ? .warning : .info,
        text: "\"\(file)\" says protocol = \"http\", which has no effect: HTTPS is in force\(since)"
          + " and cannot be undone; remove the line")
    ]
  }

  static func certificateNotices(_ facts: Facts) -> [Notice] {
    guard facts.settings != nil, let current = facts.observation.current else { return [] }
    let left = current.certificate.notAfter - facts.believedNow
    let unit = facts.unitName
    var result = importNotices(facts) + followedNotices(facts)
    guard facts.isSelfSigned else { return result + broughtExpiryNotices(facts, current) }
    if left <= 0 {
      result.append(
        Notice(
          code: "expired", severity: .error,
          text:
            "the certificate expired on \(Timestamp.text(current.certificate.notAfter)); renew it"
            + " with: supervisord-ec certificate renew \(facts.name)"))
    } else if left <= facts.renewalWindow && !facts.isBroughtWaiting {
      result.append(
        Notice(
          code: "expires-soon", severity: .warning,
          text:
            "the certificate expires soon, on \(Timestamp.text(current.certificate.notAfter)):"
            + " restart the service with: systemctl restart \(unit) (or without a break:"
            + " supervisord-ec restart \(facts.name))"
        ))
    }
    if let changed = facts.changedCertificateSettings {
      result.append(
        Notice(
          code: "certificate-change-pending", severity: .info,
          text:
            "\(changed): a new certificate is served from the next restart of \(unit); now with:"
            + " supervisord-ec restart \(facts.name)"))
    }
    return result
  }
}

extension Planner {
  /// Holds and windows.
  static func timeNotices(_ facts: Facts) -> [Notice] {
    var result: [Notice] = []
    if let hold = facts.settings?.hold, facts.isBefore(hold.until) {
      let reason = hold.reason.map { " (\($0))" } ?? ""
      let isCapped = facts.hold == nil
      result.append(
        Notice(
          code: "held", severity: .info,
          text: isCapped
            ? "the hold until \(Timestamp.text(hold.until))\(reason) has no effect any more, as the"
              + " certificate cannot wait"
            : "nothing is done by itself until \(Timestamp.text(hold.until))\(reason); end it with:"
              + " supervisord-ec hold \(facts.name) --off"))
    }
    if let problem = facts.calendarProblem {
      result.append(
        Notice(
          code: "window-never", severity: .error,
          text:
            "restart.window never opens: \(problem); mend restart.window.start, and try it with:"
            + " systemd-analyze calendar"))
    }
    return result
  }
}

extension Facts {
  /// A name for addresses in texts.
  var host: String {
    observation.adoption?.serverNames.first { !$0.contains("*") && !$0.hasPrefix("~") && $0 != "_" }
      ?? observation.current?.certificate.names.first { !$0.contains("*") } ?? "HOST"
  }

  var consolePort: Int { settings?.channels.first { $0.plain != nil }?.httpsPort ?? 0 }
}
