/// How long the verbs wait, each bound with its reason.
///
/// Milliseconds.
enum Patience {
  /// Between two looks: not felt by people, and cheap.
  static let look = 200
  /// For the daemon to have read a setting: within 1 s of a rename, and a slow host.
  static let untilTaken = 15_000
  /// For a state to be the answer to what was just asked, not one from before.
  static let untilSettled = 5_000
  /// For a whole change: staging, check, a restart that systemd gives up after 90 s, probes of
  /// `verify_within`, and the way back.
  static let untilDone = 240_000
}

extension Environment {
  /// Looks again and again until there is an answer; nil once `milliseconds` have passed.
  ///
  /// `look` gets the milliseconds waited so far. Fails as soon as the daemon does not run any more:
  /// nobody else would answer.
  func wait<Answer>(
    atMost milliseconds: Int, look: (Int) throws -> Answer?
  ) throws -> Answer? {
    var waited = 0
    while true {
      if let answer = try look(waited) { return answer }
      if let problem = daemon().problem("; what was asked is not done") { throw problem }
      guard waited < milliseconds else { return nil }
      try pause(Patience.look)
      waited += Patience.look
    }
  }
}
