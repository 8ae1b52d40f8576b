internal import Planner

extension Environment {
  /// Asks the daemon to do something to a service, waits for its answer and prints it.
  func ask(_ verb: Request.Verb, _ name: String) throws -> ExitStatus {
    try requireKnown(name)
    try requireDaemon()
    guard mayRequest() else {
      throw CommandProblem.notPermitted("asking the daemon to act on \"\(name)\"")
    }
    // It counts from the next full second on: moments are whole seconds, and what was made or
    // failed in this one, before it was asked, must not pass for the answer.
    let request = Request(id: makeRequestID(), name: name, verb: verb, at: now() + 1)
    try putRequest(request)
    do {
      let reply = try wait(atMost: Patience.untilDone) { _ in takeReply(request.id) }
      guard let reply else {
        throw CommandProblem(
          .unavailable, "the daemon gave no answer in time",
          next: "See: supervisord-ec status \(name); journalctl -u supervisord-ec")
      }
      return try show(reply, name)
    } catch {
      // A request that nobody took must not be done later, when nobody expects it.
      let isTakenBack = withdrawRequest(request.id)
      if error is Interruption {
        _ = takeReply(request.id)
        complain(
          "supervisord-ec: interrupted; "
            + (isTakenBack
              ? "the request was taken back, but what the daemon has begun goes on"
              : "the daemon had done it already"))
      }
      throw error
    }
  }

  private func show(_ reply: Reply, _ name: String) throws -> ExitStatus {
    switch reply.result {
    case .done:
      say(Line(Piece("\(name): ", .bold), Piece(reply.text, .good)))
      return .done
    case .failed:
      throw CommandProblem(
        .refused, "\"\(name)\": \(reply.text)", next: "See: supervisord-ec status \(name)")
    case .refused:
      throw CommandProblem(
        .refused, "\"\(name)\": refused: \(reply.text)", next: "See: supervisord-ec plan \(name)")
    }
  }
}
