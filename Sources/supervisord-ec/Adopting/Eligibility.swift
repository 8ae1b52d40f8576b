internal import Adoption
internal import Systemd

/// Whether systemd's word on a unit lets it be adopted.
///
/// Kept apart, as the planner has facts of a unit by the same name.
enum Eligibility {
  /// Why not, judged by the name alone.
  static func refusal(forName unit: String) -> String? { UnitEligibility.refusal(forName: unit) }

  /// Why not, and what the administrator should know all the same.
  static func judge(
    _ unit: String, _ properties: UnitProperties, profileReloads: Bool
  ) -> (refusal: String?, warnings: [String]) {
    let facts = UnitFacts(
      id: properties.id, loadState: properties.loadState, triggeredBy: properties.triggeredBy)
    let verdict = UnitEligibility.judge(unit, facts: facts, profileReloads: profileReloads)
    return (verdict.refusal, verdict.warnings)
  }
}
