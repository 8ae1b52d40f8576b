import Planner
import Testing

@Suite struct ChangeTests {
  @Test func aChangeFromAGenerationThatIsNotTheLastGoodOneNamesTheRestart() {
    var scene = Scene(reloadServes: [.port, .protocol])
    scene.observation.lastGood = Scene.generation(
      3, Scene.listen(Scene.settings(), .http), certificate: "c")
    scene.state.committed = [1, 3]
    scene.movePort()
    #expect(scene.plan().upcoming.contains { $0.kind == .restart })
  }

  @Test func aChangeGoesStepByStep() {
    var scene = Scene()
    scene.movePort()
    #expect(scene.perform()?.kind == .stage)
    scene.stage()
    #expect(scene.perform()?.kind == .lookUpPorts)
    #expect(scene.perform() == .check(generation: 2))
    #expect(scene.perform() == .switchCurrent(generation: 2))
    scene.switchToCandidate()
    #expect(scene.perform() == .reload)
    #expect(scene.perform() == .probe(generation: 2, within: 30))
    #expect(scene.perform() == .commit(generation: 2))
    #expect(scene.state.committed == [1, 2])
    #expect(scene.state.lastAction?.kind == .reload)
    #expect(scene.plan().step == nil)
    #expect(scene.plan().condition == .good)
  }

  @Test func whatAReloadDoesNotServeIsRestarted() {
    var scene = Scene(reloadServes: [.certificate])
    scene.movePort()
    scene.stage()
    scene.perform()
    scene.perform()
    #expect(scene.perform() == .restart)
    scene.switchToCandidate()
    scene.observation.unit.invocation = "run 2"
    #expect(scene.perform() == .probe(generation: 2, within: 30))
    #expect(scene.perform() == .commit(generation: 2))
    #expect(scene.state.lastAction?.kind == .restart)
  }

  @Test func aWildcardThatBecomesOneAddressNeedsARestart() {
    var scene = Scene()
    scene.edit { $0.channels[0].bind = ["10.0.0.1"] }
    #expect(scene.plan().upcoming.contains { $0.kind == .restart })
    #expect(!scene.plan().upcoming.contains { $0.kind == .reload && $0.at == Scene.now })
  }

  @Test func aCertificateAloneIsNotCheckedForAReload() {
    var scene = Scene()
    scene.pass(1)
    scene.ask(.renew)
    scene.stage(certificate: "b", madeAt: scene.observation.clock.realtime)
    #expect(scene.plan().step == .switchCurrent(generation: 2))
  }

  @Test func aCertificateAloneIsCheckedForARestart() {
    var scene = Scene(reloadServes: [.port, .protocol])
    scene.pass(1)
    scene.ask(.renew)
    scene.stage(certificate: "b", madeAt: scene.observation.clock.realtime)
    #expect(scene.perform() == .check(generation: 2))
    #expect(scene.plan().step == .restart)
  }

  @Test func aProfileWithoutReloadIsAlwaysRestarted() {
    var scene = Scene(reloadServes: [])
    scene.edit { $0.channels[1].site = "other" }
    scene.stage()
    scene.perform()
    #expect(scene.plan().step == .restart)
  }

  @Test func theLastOfSeveralChangesWins() {
    var scene = Scene()
    scene.movePort(9000)
    scene.stage(2)
    scene.movePort(9001)
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("the newest settings are not staged")
      return
    }
    #expect(order.listen.channels[0].httpsPort == 9001)
  }

  @Test func aChangeTakenBackBeforeTheSwitchTouchesNothing() {
    var scene = Scene()
    scene.movePort(9000)
    scene.stage(2)
    scene.movePort(8383)
    #expect(scene.plan().step == .prune(keep: [1], dropCandidate: true))
  }

  @Test func brokenOrMissingSettingsLeaveTheLastValidOnesInForce() {
    for outcome in [SettingsFacts.Outcome.invalid(["line 1"]), .missing] {
      var scene = Scene()
      _ = scene.plan()
      scene.observation.settings.outcome = outcome
      let plan = scene.plan()
      #expect(plan.step == nil)
      #expect(plan.wanted == scene.observation.current?.listen)
      #expect(plan.codes.contains { $0.hasPrefix("settings-") })
    }
  }

  @Test func aNumberUsedAgainIsCheckedAgain() {
    var scene = Scene()
    scene.movePort(9000)
    scene.stage(2)
    scene.perform()
    scene.perform()
    #expect(scene.state.checked == 2)
    scene.movePort(9001)
    #expect(scene.perform()?.kind == .stage)
    scene.observation.candidate = nil
    scene.stage(2)
    #expect(scene.perform()?.kind == .lookUpPorts)
    #expect(scene.plan().step == .check(generation: 2))
  }

  @Test func nothingIsDoneWhileSystemdIsAwayOrTheUnitChanges() {
    for activity in [UnitFacts.Activity.unknown, .away, .changing, .masked, .notFound] {
      var scene = Scene()
      scene.movePort()
      scene.observation.unit.activity = activity
      #expect(scene.plan().step == nil)
    }
  }

  @Test func aStoppedUnitIsMadeReadyButNotStarted() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    scene.observation.unit.activity = .inactive
    scene.perform()
    scene.perform()
    #expect(scene.plan().step == nil)
    #expect(scene.state.checked == 2)
    #expect(scene.plan().condition == .stopped)
  }

  @Test func aChangeOfAStoppedUnitOnTrialIsMadeReadyToo() {
    var scene = Scene()
    scene.observation.current = Scene.generation(2, Scene.listen(Scene.settings(), .http))
    scene.observation.unit.activity = .inactive
    scene.movePort()
    #expect(scene.plan().step?.kind == .stage)
  }

  @Test func oldGenerationsGoButNoneInUse() {
    var scene = Scene()
    scene.state.committed = Array(1...8)
    scene.observation.current?.number = 8
    scene.observation.lastGood?.number = 8
    scene.progress.servedGeneration = 8
    scene.observation.generationsOnDisk = Array(1...9)
    #expect(scene.plan().step == .prune(keep: [4, 5, 6, 7, 8], dropCandidate: false))
  }

  @Test func nothingBeginsWhileAStepIsUnderWay() {
    var scene = Scene()
    scene.movePort()
    Planner.begin(.reload, progress: &scene.progress)
    #expect(scene.plan().step == nil)
    #expect(scene.plan().condition == .working)
  }
}
