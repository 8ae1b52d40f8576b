import Testing

@testable import Adoption

struct UnitEligibilityTests {
  private func judge(
    _ name: String, state: String = "loaded", id: String? = nil, by triggers: [String] = [],
    reload: Bool = true
  ) -> UnitEligibility.Verdict {
    let facts = UnitFacts(
      id: id ?? name, loadState: state, triggeredBy: triggers, canReload: reload)
    return UnitEligibility.judge(name, facts: facts, profileReloads: true)
  }

  @Test func aPlainServiceIsTaken() {
    #expect(judge("nginx.service", by: ["nginx.path"]) == UnitEligibility.Verdict())
  }

  @Test(arguments: [
    ("nginx@.service", "template"), ("nginx@a.service", "instance"), ("nginx.socket", "service"),
    ("nginx", "in full"), ("", "unit"), ("a/b.service", "unit"), ("a\"b.service", "unit"),
    (".service", "unit"), ("a\nb.service", "unit"), ("supervisord-ec.service", "itself"),
    (String(repeating: "a", count: 300) + ".service", "unit"),
  ])
  func otherNamesAreRefused(_ name: String, _ why: String) {
    #expect(judge(name).refusal?.contains(why) == true)
    #expect(judge(name).refusal?.contains("\n") == false)
  }

  @Test(arguments: [
    ("not-found", "knows no unit"), ("masked", "unmask"), ("bad-setting", "status"),
  ])
  func unitsThatCannotStartAreRefused(_ state: String, _ why: String) {
    #expect(judge("a.service", state: state).refusal?.contains(why) == true)
  }

  @Test func aSocketActivatedUnitIsRefused() {
    #expect(judge("a.service", by: ["a.path", "a.socket"]).refusal?.contains("a.socket") == true)
  }

  @Test func anAliasIsRefusedWithTheRealName() {
    #expect(judge("www.service", id: "nginx.service").refusal?.contains("nginx.service") == true)
  }

  @Test func aUnitWithoutReloadIsAWarning() {
    let verdict = judge("a.service", reload: false)
    #expect(verdict.refusal == nil && verdict.warnings.count == 1)
  }
}
