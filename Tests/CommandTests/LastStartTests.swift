import Systemd
import Testing

@testable import supervisord_ec

@Suite struct LastStartTests {
  @Test(arguments: [
    ("loaded", "exit-code", true), ("loaded", "signal", true), ("loaded", "timeout", true),
    ("loaded", "start-limit-hit", true), ("loaded", "success", false), ("loaded", "", false),
    ("loaded", "exec-condition", false), ("not-found", "exit-code", false),
  ])
  func aResultTellsWhetherTheRunBeforeFailed(load: String, result: String, isFailure: Bool) {
    var unit = UnitProperties()
    unit.loadState = load
    unit.result = result
    #expect(LastStart.isFailure(unit) == isFailure)
  }

  @Test(arguments: [
    ("inactive", true), ("failed", true), ("deactivating", true), ("active", false),
    ("activating", false), ("reloading", false), ("", false),
  ])
  func onlyADaemonThatIsThereRollsBack(state: String, isAway: Bool) {
    var daemon = UnitProperties()
    daemon.activeState = state
    #expect(LastStart.isAway(daemon) == isAway)
  }
}
