internal import Planner

/// What the daemon tells systemd of itself: what is guarded, and what comes next and when.
enum GuardSummary {
  /// What counts of one service.
  struct Service: Equatable {
    /// Its name.
    var name: String
    /// Whether somebody adopted it.
    var isGuarded: Bool
    /// What happens next at a known moment.
    var next: PlannedStep?
    /// Whether a notice stands at severity error.
    var isInTrouble: Bool
  }

  /// More names of services in trouble than this are left out: a unit's status is one line.
  private static let mostNames = 5

  /// One line about all services.
  static func text(_ services: [Service]) -> String {
    let guarded = services.filter(\.isGuarded).count
    var text = "\(guarded) service\(guarded == 1 ? "" : "s") guarded"
    let first = services.filter { $0.next?.at != nil }
      .min { ($0.next?.at ?? .max, $0.name) < ($1.next?.at ?? .max, $1.name) }
    if let first, let step = first.next, let at = step.at {
      text += "; next: \(step.what) (\(first.name)) at \(Timestamp.text(at))"
    }
    let troubled = services.filter(\.isInTrouble).map(\.name).sorted()
    guard !troubled.isEmpty else { return text }
    return text + "; see: \(troubled.prefix(mostNames).joined(separator: ", "))"
  }
}
