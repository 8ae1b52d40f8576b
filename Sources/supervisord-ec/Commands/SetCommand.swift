internal import ArgumentParser
internal import Certificates
internal import Coordinator
internal import Planner

/// `set`: writes one setting and says what comes of it.
struct SetCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Changes one setting of a service.",
    discussion: """
      KEY is the path of a key as in the settings file, VALUE is bare or TOML. The value is checked \
      with all other settings first, then written to NAME.toml.d/90-set.toml, and the daemon takes \
      it from there. What happens next is shown.

        supervisord-ec set console channels.console.https_port 8384
        supervisord-ec set console certificate.names '["ec.example.com", "192.0.2.10"]'

      Once HTTPS is enforced, setting a protocol back to http is refused and not saved.

      EXIT STATUS: 0 saved and taken; 1 unknown service or key, or a bad value (says what is \
      accepted), or the daemon found something wrong; 64 wrong usage; 69 the daemon does not answer; \
      77 not permitted.
      """)

  @OptionGroup var service: RequiredName
  @Argument(help: "The path of the key, for example channels.console.https_port.")
  var key: String
  @Argument(help: "The value, bare or TOML.")
  var value: String

  func run(in environment: Environment) throws -> ExitStatus {
    let name = service.name
    let before = try environment.report(of: name)
    try environment.requireDaemon()
    if isWayBack && before.report.enforcement.state == "enforced" {
      throw CommandProblem(
        .refused,
        "\"\(key)\" stays \"https\": HTTPS is enforced for \"\(name)\", and an attempt to "
          + "go back is not saved",
        next: "The address is shown by: supervisord-ec status \(name)")
    }
    if isTrust && before.report.certificate?.issuer != "public-ca" {
      throw CommandProblem(
        .refused,
        "\"\(key)\" cannot be turned on: agents would check against public CAs, and the "
          + "certificate of \"\(name)\" is not from one; nothing was saved",
        next: "Import one first: supervisord-ec certificate import \(name)")
    }
    if isTrust { try judgeNames(before.report, in: environment) }
    guard environment.maySave(name) else {
      throw CommandProblem.notPermitted("changing the settings of \"\(name)\"")
    }
    let saved = try environment.save(SettingChange(name: name, key: key, value: value))
    guard saved.changed else {
      environment.say(Line(Piece("\(key) = \(value) stands in \(saved.file) already.")))
      return .done
    }
    environment.say(Line(Piece("Saved in \(saved.file).")))
    let taken = try environment.wait(atMost: Patience.untilTaken) { waited -> StatusReport? in
      guard case .report(let report, let stamp) = environment.status(name) else { return nil }
      // The daemon writes a report only when it differs. A key that the same file gave before may
      // change nothing that a report shows, so then some time without news is the answer.
      let isQuiet = waited >= Patience.untilSettled && before.report.origins[key] == saved.file
      let isFresh = stamp != before.stamp && report.origins[key] ?? saved.file == saved.file
      return isFresh || isQuiet ? report : nil
    }
    guard let taken else {
      throw CommandProblem(
        .unavailable, "saved, but the daemon has not taken it yet",
        next: "See: supervisord-ec status \(name); journalctl -u supervisord-ec")
    }
    return show(taken, before: before.report, in: environment)
  }

  /// Whether this is an attempt to leave HTTPS.
  ///
  /// However it is written: the planner refuses all of them, here only the usual ones get their
  /// answer early.
  var isWayBack: Bool {
    let path = key.split(separator: ".").map { $0.filter { $0 != "\"" && $0 != "'" } }
    let word = value.filter { $0 != "\"" && $0 != "'" && $0 != " " }.lowercased()
    return path.count == 3 && path[0] == "channels" && path[2] == "protocol" && word == "http"
  }

  /// Whether this is to let agents check the certificate against public CAs.
  private var isTrust: Bool {
    key == "agents.trusted_communication" && value.filter { $0 != " " } == "true"
  }

  /// Agents that check the certificate would be locked out if it lacked the name that they use.
  private func judgeNames(
    _ report: StatusReport, in environment: Environment
  ) throws(CommandProblem) {
    let circumstances = environment.certificates.circumstances(service.name)
    let used = circumstances.certificate.names ?? circumstances.serverNames
    let missing = used.filter { !NameMatch.covers($0, names: report.certificate?.names ?? []) }
    guard !missing.isEmpty else { return }
    let source = circumstances.certificate.names == nil ? "the server's names" : "certificate.names"
    throw CommandProblem(
      .refused,
      "\"\(key)\" cannot be turned on: the certificate of \"\(service.name)\" lacks names that"
        + " agents use (\(source)): \(missing.joined(separator: ", ")); nothing was saved",
      next: "Import one with these names, or name those that agents use: supervisord-ec set"
        + " \(service.name) certificate.names '[\"ec.example.com\"]'")
  }

  private func show(
    _ report: StatusReport, before: StatusReport, in environment: Environment
  ) -> ExitStatus {
    let clock = environment.clock
    if let step = report.plan.steps.first ?? report.next {
      let when = step.at.map { ", \(clock.moment($0))" } ?? ""
      environment.say(Line(Piece("Next\(when): \(step.what); \(step.why)")))
    } else {
      environment.say("Nothing has to be done for it now.")
    }
    let fresh = report.notices.filter { notice in
      !before.notices.contains { $0.code == notice.code && $0.text == notice.text }
    }
    environment.say(Field.render(StatusView.notices(fresh)))
    return fresh.contains { $0.severity == .error } ? .refused : .done
  }
}
