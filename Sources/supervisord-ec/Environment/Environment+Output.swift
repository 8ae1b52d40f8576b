internal import Coordinator

extension Environment {
  /// The clock of this moment.
  var clock: Clock { Clock(now: now(), localTime: localTime) }

  /// Writes one line for people.
  func say(_ line: Line) { write(terminal.render(line) + "\n", .output) }

  /// Writes several lines for people.
  func say(_ lines: [Line]) {
    write(lines.map { terminal.render($0) + "\n" }.joined(), .output)
  }

  /// Writes one line to standard error, without colours: it may be a file.
  func complain(_ text: String) {
    let plain = Terminal(colours: false, unicode: terminal.unicode)
    write(plain.render(Line(Piece(text))) + "\n", .error)
  }

  /// Writes JSON for programs.
  func say(_ value: JSONValue) { write(value.text + "\n", .output) }
}

extension Environment {
  /// Fails with what to do if the daemon cannot act: nothing may be written then.
  func requireDaemon() throws(CommandProblem) {
    if let problem = daemon().problem(", nothing was changed") { throw problem }
  }

  /// The report of a service that somebody named, with a reason for each way not to have one.
  func report(of name: String) throws(CommandProblem) -> (report: StatusReport, stamp: String) {
    try requireKnown(name)
    switch status(name) {
    case .report(let report, let stamp): return (report, stamp)
    case .damaged(let reason):
      throw CommandProblem(
        .refused, "\"\(name)\": its status cannot be read: \(reason)",
        next: "The daemon writes it anew: systemctl restart supervisord-ec")
    case .missing:
      if let problem = daemon().problem("") { throw problem }
      throw CommandProblem(
        .refused, "\"\(name)\": the daemon has no status of it yet",
        next: "See what it says: journalctl -u supervisord-ec")
    }
  }

  /// Fails for a name that is no service's; says which is meant, or which there are.
  func requireKnown(_ name: String) throws(CommandProblem) {
    let known = serviceNames()
    guard !known.contains(name) else { return }
    guard !known.isEmpty else {
      throw CommandProblem(
        .refused, "there is no service \"\(name)\": none is adopted",
        next: Self.howToAdopt)
    }
    let hint =
      NameHint.nearest(to: name, in: known).map { "Did you mean \"\($0)\"? " } ?? ""
    let listed = known.prefix(Self.namesInOneLine).map { "\"\($0)\"" }.joined(separator: ", ")
    let more = known.count > Self.namesInOneLine ? " and others" : ""
    throw CommandProblem(
      .refused, "there is no service \"\(name)\"",
      next: "\(hint)Known: \(listed)\(more)")
  }

  /// What somebody does who has no service yet.
  static let howToAdopt = "Adopt one: supervisord-ec adopt nginx.service --profile nginx"
  /// More names than this do not help who mistyped one.
  private static let namesInOneLine = 10
}

extension DaemonState {
  /// Why nothing can be asked of the daemon; nil if it runs.
  ///
  /// `consequence` ends the sentence.
  func problem(_ consequence: String) -> CommandProblem? {
    switch self {
    case .running: nil
    case .stopped:
      CommandProblem(
        .unavailable, "the daemon is not running\(consequence)",
        next: "Start it: systemctl start supervisord-ec")
    case .notAnswering(let reason):
      CommandProblem(
        .unavailable, "the daemon does not answer: \(reason)\(consequence)",
        next: "Look at it: systemctl status supervisord-ec")
    }
  }
}

extension CommandProblem {
  /// The one answer to who may keep no keys.
  static func keysNotPermitted(_ what: String) -> CommandProblem {
    CommandProblem(
      .notPermitted, "not permitted: \(what)", next: "Only root keeps keys: try it with sudo")
  }

  /// The one answer to who is not allowed to change anything.
  static func notPermitted(_ what: String) -> CommandProblem {
    CommandProblem(
      .notPermitted, "not permitted: \(what)",
      next: "Root may, and members of the group \"supervisord-ec\": sudo, or adduser USER "
        + "supervisord-ec")
  }
}
