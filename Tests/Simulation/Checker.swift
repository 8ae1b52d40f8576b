import Planner

/// What checkers are told of a history, in order.
enum Moment {
  /// The planner answered; `running` is the step under way.
  case planned(Plan, Observation, running: Step?)
  /// A step of the daemon's is about to be performed.
  case begins(Step)
  /// A step ended; what an operator reads of it, and what was served before it.
  case ended(Step, StepResult, [Event], servedBefore: GenerationFacts?)
  /// The journal is told of notices, and these stand.
  case said([NoticeLedger.Entry], [Notice])
  /// Something happened that the daemon did not do.
  case outside
  /// The daemon died and lost what it only had in mind.
  case crashed
  /// The daemon sleeps; nothing is due.
  case idle(Plan, Observation, ServiceState, Progress)
  /// Everything was mended long ago and nothing happened since.
  case settled(Plan, Observation, ServiceState)
}

/// Watches a history for one kind of wrong.
protocol Checker {
  /// Answers what is wrong; nil: nothing.
  mutating func see(_ moment: Moment, in world: World) -> String?
}

extension Step {
  /// Whether the supervised service notices.
  var touchesService: Bool {
    switch self {
    case .reload, .restart, .switchCurrent, .rollBack: true
    case .recordFirstSight, .enforce, .readCalendar, .stage, .lookUpPorts, .check, .probe,
      .commit, .prune, .answer:
      false
    }
  }
}
