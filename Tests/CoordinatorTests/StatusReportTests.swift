import Files
import Testing

@testable import Coordinator
@testable import Planner

@Suite struct StatusReportTests {
  /// The report of an observation, with what the planner says of it.
  func report(
    _ observation: Observation, committed: [Int] = [1], notices: [Notice] = [],
    change: (inout ServiceState) -> Void = { _ in }
  ) -> StatusReport {
    var state = ServiceState()
    state.committed = committed
    change(&state)
    var progress = Progress()
    let plan = Planner.plan(observation, state: &state, progress: &progress)
    return StatusReport(
      name: "console", observation: observation, state: state, plan: plan, notices: notices,
      origins: ["unit": "/a"])
  }

  @Test func showsTheGracePeriodAndItsEnd() {
    let report = report(observation())
    #expect(report.enforcement == .init(state: "grace", at: "2026-03-31T06:30:00Z"))
    #expect(
      report.channels == [
        .init(
          name: "console", protocol: "http", ports: [8020, 8383],
          address: "http://ec.example.com:8020/")
      ])
    #expect(report.unit == adoption.unit)
    #expect(report.profile == "nginx")
    #expect(report.activeState == "active")
    #expect(report.origins == ["unit": "/a"])
  }

  @Test func showsSinceWhenHTTPSIsEnforced() {
    let good = generation(1, [console(.https)])
    let ratchet = Ratchet(firstSeen: start - 100, enforcedSince: start - 60)
    let report = report(observation(ratchet: ratchet, current: good, lastGood: good))
    #expect(report.enforcement == .init(state: "enforced", at: "2026-03-01T06:29:00Z"))
    #expect(report.channels.first?.ports == [8383])
    #expect(report.channels.first?.address == "https://ec.example.com:8383/")
  }

  @Test func showsWhatIsServedWhileAnotherGenerationIsOnTrial() {
    let new = generation(2, [console(.https)])
    let report = report(observation(current: new, lastGood: generation(1)))
    #expect(report.generation == .init(current: 2, candidate: nil, trial: true))
    #expect(report.channels.first?.protocol == "http")
  }

  @Test func showsWhatIsWantedBeforeTheFirstGeneration() {
    let report = report(observation(current: nil, lastGood: nil), committed: [])
    #expect(report.generation == .init(current: nil, candidate: nil, trial: false))
    #expect(report.certificate == nil)
    #expect(report.channels.first?.name == "console")
    #expect(report.channels.first?.address == "http://ec.example.com:8020/")
  }

  @Test(arguments: [
    (365 * 86_400, 365), (86_400, 1), (86_399, 0), (0, 0), (-1, -1), (-86_400, -1), (-86_401, -2),
  ])
  func daysLeftAreWholeDaysAlsoAfterTheEnd(left: Seconds, days: Int) {
    let current = generation(1, notAfter: start + left)
    let report = report(observation(current: current, lastGood: current))
    #expect(report.certificate?.daysLeft == days)
  }

  @Test func timesAreRFC3339() {
    let report = report(
      observation(), notices: [Notice(code: "a", severity: .info, text: "b")]
    ) { state in
      state.noticesSince["a"] = start - 1
      state.lastAction = LastAction(kind: .reload, at: start, result: .done, reason: "asked for")
    }
    #expect(report.certificate?.notBefore == "2026-02-28T06:30:00Z")
    #expect(report.certificate?.notAfter == "2027-03-01T06:30:00Z")
    #expect(report.notices.map(\.since) == ["2026-03-01T06:29:59Z"])
    #expect(report.lastAction?.at == "2026-03-01T06:30:00Z")
    for at in report.plan.steps.compactMap(\.at) + [report.plan.wakeAt].compactMap({ $0 }) {
      #expect(Timestamp.parse(at) != nil)
    }
  }

  @Test(arguments: [UnitFacts.Activity.away, .unknown])
  func anUnknownUnitHasNoActiveState(activity: UnitFacts.Activity) {
    #expect(report(observation(unit: activity)).activeState == nil)
  }

  @Test func anAddressIsBuiltFromTheFirstNameThatCanBeTyped() {
    func host(_ names: [String], _ certificate: [String]) -> String? {
      var look = observation(current: generation(1, names: certificate))
      look.adoption?.serverNames = names
      return report(look).channels.first?.address
    }
    #expect(host(["_", "*.example.com", "~^a$", ""], ["b.example"]) == "http://b.example:8020/")
    #expect(host([], ["2001:db8::1"]) == "http://[2001:db8::1]:8020/")
    #expect(host([], []) == "http://localhost:8020/")
  }

  @Test func surviveWritingAndReading() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/console.json"
    var first = report(observation())
    first.lastAction = .init(kind: "restart", at: "a", result: "done", reason: "\"ü\"\n")
    try StatusFile.write(first, to: path)
    #expect(try StatusFile.read(path) == first)
    #expect(FileSystem.ownership(path)?.mode == 0o644)
  }

  @Test func aFileThatIsNoReportIsAnErrorThatNamesIt() throws {
    let scratch = try Scratch()
    try scratch.write("{\"name\": 1}", to: "a.json")
    let error = #expect(throws: FileError.self) { try StatusFile.read("\(scratch.path)/a.json") }
    #expect(error?.description == "\"\(scratch.path)/a.json\": it is not a status report (decode)")
    #expect(throws: FileError.self) { try StatusFile.read("\(scratch.path)/missing.json") }
  }
}
