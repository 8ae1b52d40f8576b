internal import ArgumentParser
internal import Coordinator
internal import Planner

/// `enable-https`: asks, writes one setting, and watches the daemon move the console.
struct EnableHTTPS: Verb {
  static let configuration = CommandConfiguration(
    commandName: "enable-https",
    abstract: "Moves the console of a service to HTTPS, now and for good.",
    discussion: """
      Says what happens and asks first. From then on the console answers with HTTPS only; its HTTP \
      port redirects or is closed (setting after_https). This cannot be undone: no setting, no \
      release and no new adoption goes back to HTTP. The same happens by itself when the grace \
      period ends. If the server does not answer with HTTPS, the change is rolled back and the \
      reason is shown.

        supervisord-ec enable-https console
        supervisord-ec enable-https console --yes        without the question, for scripts

      EXIT STATUS: 0 HTTPS is in force; 1 not wanted, refused, put off or rolled back (says why); \
      64 wrong usage; 69 the daemon does not answer; 77 not permitted.
      """)

  @OptionGroup var service: RequiredName
  @Flag(help: "Goes on without the question.") var yes = false

  private static let key = "channels.console.protocol"

  func run(in environment: Environment) throws -> ExitStatus {
    let name = service.name
    let before = try environment.report(of: name).report
    if before.enforcement.state == "enforced" && Self.isServed(before) {
      environment.say(
        Line(Piece("HTTPS is in force for \"\(name)\" already: \(before.consoleAddress ?? "")")))
      return .done
    }
    try environment.requireDaemon()
    guard before.state != "not-adopted" else {
      throw CommandProblem(
        .refused, "\"\(name)\" is not adopted",
        next: "Adopt it: supervisord-ec adopt \(before.unit) --profile \(before.profile)")
    }
    guard environment.maySave(name) else {
      throw CommandProblem.notPermitted("changing the settings of \"\(name)\"")
    }
    environment.say(Self.explanation(before))
    guard yes || Self.isConfirmed(environment) else {
      environment.say("Nothing changed.")
      return .refused
    }
    let saved = try environment.save(SettingChange(name: name, key: Self.key, value: "https"))
    environment.say(Line(Piece("Saved in \(saved.file).")))
    return try follow(before, in: environment)
  }

  /// What happens, before anybody is asked.
  static func explanation(_ report: StatusReport) -> [Line] {
    let address = report.addressOnceEnforced
    var lines: [Line] = [
      Line(Piece("\"\(report.name)\" (\(report.unit)) moves to HTTPS for good:", .bold)),
      Line(Piece("  - From the next login on the console is at \(address ?? "its HTTPS port").")),
      Line(
        Piece(
          "  - \(report.consoleAddress ?? "The HTTP port") does not serve it any more: it"
            + " redirects, or is closed (after_https).")),
      "  - The server is reloaded or restarted; if it does not answer, the change is rolled back.",
    ]
    if report.certificate?.issuer == "self-signed" {
      lines.append(
        Line(
          Piece(
            "  - Browsers warn of the self-signed certificate; compare its SHA-256: "
              + "supervisord-ec certificate show \(report.name)")))
    }
    return lines + [Line(Piece("This cannot be undone.", .bold))]
  }

  /// Only `y` or `yes` goes on; the end of input is no.
  private static func isConfirmed(_ environment: Environment) -> Bool {
    environment.write("Go on? Type y or yes: ", .output)
    guard let answer = environment.readLine() else {
      environment.say("")
      return false
    }
    return answer == "y" || answer == "yes"
  }

  private func follow(_ before: StatusReport, in environment: Environment) throws -> ExitStatus {
    var shown = ""
    let verdict = try environment.wait(atMost: Patience.untilDone) { waited -> Verdict? in
      guard case .report(let report, _) = environment.status(service.name) else { return nil }
      let verdict = Self.judge(
        report, before: before, isSettled: waited >= Patience.untilSettled)
      let step = report.plan.steps.first?.what ?? ""
      let progress = step.isEmpty ? report.state : "\(report.state): \(step)"
      if verdict == nil, progress != shown, report != before {
        shown = progress
        environment.say(Line(Piece("  \(progress)", .dim)))
      }
      return verdict
    }
    switch verdict {
    case .served(let address):
      environment.say(
        Line(Piece("HTTPS is in force. From the next login on: "), Piece(address, .bold)))
      return .done
    case .putOff(let reason):
      throw CommandProblem(
        .refused, "saved, but not in force yet: \(reason)",
        next: "The daemon goes on by itself; see: supervisord-ec plan \(service.name)")
    case .failed(let reason):
      throw CommandProblem(
        .refused, "HTTPS is not in force: \(reason)",
        next: "Once the cause is gone the daemon tries again; see: supervisord-ec status "
          + service.name)
    case nil:
      throw CommandProblem(
        .unavailable, "saved, but the daemon gave no result in time",
        next: "See: supervisord-ec status \(service.name); journalctl -u supervisord-ec")
    }
  }
}

extension EnableHTTPS {
  /// How the move went.
  enum Verdict: Equatable {
    /// HTTPS is served; the address.
    case served(String)
    /// It will happen, later; why.
    case putOff(String)
    /// It did not work; why.
    case failed(String)
  }

  /// What a report says about the move; nil while it goes on.
  ///
  /// Only a settled report counts as an answer if it looks like one from before.
  static func judge(
    _ report: StatusReport, before: StatusReport, isSettled: Bool
  ) -> Verdict? {
    if report.state == "working" || report.state == "on-trial" || report.generation.trial {
      return nil
    }
    if report.enforcement.state == "enforced" && isServed(report) {
      return .served(report.consoleAddress ?? "")
    }
    if let action = report.lastAction, action != before.lastAction, action.result != "done" {
      return .failed("\(action.kind) \(action.result): \(action.reason)")
    }
    guard isSettled else { return nil }
    let worst = report.notices.first { $0.severity == .error } ?? report.notices.first
    switch report.state {
    case "good", "not-adopted": return nil
    case "waiting":
      let next = report.next.map { "\($0.what), \($0.why)" }
      return .putOff(next ?? worst?.text ?? "the daemon waits")
    default: return .failed(worst?.text ?? "the state is \"\(report.state)\"")
    }
  }

  /// Whether every channel is served with HTTPS.
  static func isServed(_ report: StatusReport) -> Bool {
    !report.channels.isEmpty && report.channels.allSatisfy { $0.protocol == "https" }
  }
}

extension StatusReport {
  /// Where the console will be: its host with the port of it that is not the present one; nil if
  /// the report does not name that port.
  var addressOnceEnforced: String? {
    guard let console = channels.first(where: { $0.name == "console" }) else { return nil }
    if console.protocol == "https" { return console.address }
    let parts = console.address.split(separator: "/", omittingEmptySubsequences: true)
    guard parts.count >= 2, let colon = parts[1].lastIndex(of: ":"), !parts[1].hasSuffix("]"),
      let present = Int(parts[1][parts[1].index(after: colon)...])
    else { return nil }
    guard let port = console.ports.first(where: { $0 != present }) else { return nil }
    return "https://\(parts[1][..<colon]):\(port)/"
  }
}
