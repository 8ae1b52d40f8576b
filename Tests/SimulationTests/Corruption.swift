import Planner

/// A planted fault: the answers of the production planner, spoiled on their way to the daemon.
struct Corruption: Sendable {
  var name: String
  /// The checker that must find it.
  var caughtBy: String
  /// Spoils what the planner remembers.
  var before: @Sendable (inout ServiceState, inout Progress) -> Void = { _, _ in }
  /// Spoils what it answers.
  var after: @Sendable (inout Plan, Observation, Progress) -> Void = { _, _, _ in }
}
