import Planner
import Testing

@testable import supervisord_ec

@Suite struct GuardSummaryTests {
  func service(
    _ name: String, isGuarded: Bool = true, what: String = "", at: UnixSeconds? = nil,
    isInTrouble: Bool = false
  ) -> GuardSummary.Service {
    GuardSummary.Service(
      name: name, isGuarded: isGuarded,
      next: PlannedStep(kind: .enforce, what: what, at: at, why: ""), isInTrouble: isInTrouble)
  }

  @Test func countsWhatIsAdopted() {
    #expect(GuardSummary.text([]) == "0 services guarded")
    #expect(
      GuardSummary.text([service("a"), service("b", isGuarded: false)]) == "1 service guarded")
    #expect(GuardSummary.text([service("a"), service("b")]) == "2 services guarded")
  }

  @Test func namesTheFirstMomentOfAll() {
    let services = [
      service("a", what: "renew", at: World.start + 60),
      service("c", what: "enforce", at: World.start), service("b", what: "at a condition"),
      service("d", what: "later by name", at: World.start),
    ]
    #expect(
      GuardSummary.text(services)
        == "4 services guarded; next: enforce (c) at 2026-03-01T06:30:00Z")
  }

  @Test func namesServicesInTroubleUpToFive() {
    let names = ["f", "e", "d", "c", "b", "a"]
    let services = names.map { service($0, isInTrouble: true) } + [service("0")]
    #expect(GuardSummary.text(services) == "7 services guarded; see: a, b, c, d, e")
  }
}
