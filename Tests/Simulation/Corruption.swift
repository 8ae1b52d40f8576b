import Planner

/// A planted fault: the answers of the production logic, spoiled on their way to the world.
struct Corruption: Sendable {
  var name: String
  /// The checker that must find it.
  var caughtBy: String
  /// Spoils what the planner remembers.
  var before: @Sendable (inout ServiceState, inout Progress) -> Void = { _, _ in }
  /// Spoils what it answers.
  var after: @Sendable (inout Plan, Observation, Progress) -> Void = { _, _, _ in }
  /// Spoils what a step does to the host, and what is told of it.
  var host: @Sendable (inout World, Step, inout StepResult) -> Void = { _, _, _ in }
  /// Spoils what is said in the journal.
  var said: @Sendable (inout [NoticeLedger.Entry]) -> Void = { _ in }
  /// Whether what hangs keeps its place among those that act at once.
  var turnsAreEndless = false
  /// Whether the state is written.
  var saves = true
}
