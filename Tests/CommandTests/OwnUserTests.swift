import Testing

@testable import supervisord_ec

@Suite struct OwnUserTests {
  @Test func theUserOfTheUnitsMayGoOn() throws {
    try OwnUser.require(owner: 990, user: 990, insteadStart: "x.service")
  }

  @Test(arguments: [0, 1000] as [UInt32])
  func anybodyElseIsToldWhatToStart(user: UInt32) {
    let problem = #expect(throws: CommandProblem.self) {
      try OwnUser.require(owner: 990, user: user, insteadStart: "x.service")
    }
    #expect(problem?.status == .notPermitted)
    #expect(problem?.next == "Run it as its unit: systemctl start x.service")
  }
}
