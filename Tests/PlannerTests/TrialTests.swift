@testable import Planner
import Testing

@Suite struct TrialTests {
  /// Generation 2 with another port is switched to and not reloaded yet.
  func onTrial(reloadServes: Set<Aspect> = [.certificate, .port, .protocol]) -> Scene {
    var scene = Scene(reloadServes: reloadServes)
    scene.movePort()
    scene.stage()
    scene.switchToCandidate()
    scene.progress.served = .unapplied
    scene.progress.servedGeneration = 2
    return scene
  }

  /// `current` goes back to generation 1, as the roll-back does.
  func rollBack(_ scene: inout Scene) {
    #expect(scene.perform()?.kind == .rollBack)
    scene.observation.candidate = scene.observation.current
    scene.observation.current = scene.observation.lastGood
  }

  @Test func aChannelThatDoesNotAnswerIsRolledBackAndVerified() {
    var scene = onTrial()
    #expect(scene.perform() == .reload)
    scene.perform(.failed("channel \"console\" does not answer"))
    rollBack(&scene)
    #expect(scene.perform() == .reload)
    #expect(scene.perform() == .probe(generation: 1, within: 30))
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.condition == .rolledBack)
    #expect(plan.codes.contains("rolled-back"))
    #expect(scene.state.lastAction?.result == .rolledBack)
  }

  @Test func anOlderGoodOneThatIsServedAgainIsTheLastGoodOne() {
    var scene = Scene()
    scene.observation.lastGood = Scene.generation(
      3, Scene.listen(Scene.settings(), .http), certificate: "c")
    scene.state.committed = [1, 3]
    scene.progress.served = .unknown
    #expect(scene.perform() == .probe(generation: 1, within: Limits.firstLook))
    #expect(scene.state.committed == [3, 1])
  }

  @Test func onceHTTPSIsEnforcedAnOlderOneOnHTTPIsNeverTheLastGoodOne() {
    var scene = Scene(.https)
    scene.observation.current = Scene.generation(1, Scene.listen(Scene.settings(), .http))
    scene.observation.lastGood?.number = 3
    scene.state.committed = [1, 3]
    scene.progress.served = .unknown
    scene.perform(.failed("no space left"))
    #expect(scene.perform()?.kind == .probe)
    #expect(scene.state.committed == [1, 3])
  }

  @Test(arguments: [SettingsFacts.Outcome.invalid(["a word too many"]), .missing])
  func settingsThatCannotBeUsedAreNoReasonToTryAgain(outcome: SettingsFacts.Outcome) {
    var scene = onTrial()
    #expect(scene.perform() == .reload)
    scene.perform(.failed("no answer"))
    rollBack(&scene)
    #expect(scene.perform() == .reload)
    #expect(scene.perform() == .probe(generation: 1, within: 30))
    let valid = scene.observation.settings
    scene.observation.settings = SettingsFacts(outcome: outcome, digest: "B")
    #expect(scene.plan().step == nil)
    scene.observation.settings = valid
    #expect(scene.plan().step == nil)
  }

  @Test func whatWasBroughtBackAndDoesNotAnswerIsNotCalledRolledBack() {
    var scene = onTrial()
    #expect(scene.perform() == .reload)
    scene.perform(.failed("no answer"))
    rollBack(&scene)
    #expect(scene.perform() == .reload)
    scene.perform(.failed("no answer"))
    #expect(scene.plan().condition == .blocked)
    #expect(scene.state.lastAction?.result == .failed)
    // It answers at the next look.
    scene.pass(Limits.longestRetry)
    while scene.plan().step?.kind != .probe { scene.perform() }
    scene.perform()
    #expect(scene.plan().condition == .rolledBack)
    #expect(scene.state.lastAction?.result == .rolledBack)
  }

  @Test func theSameInputIsNotTriedAgainAtOnceThoughTheUnitFailedAndCameBack() {
    var scene = onTrial(reloadServes: [.certificate])
    #expect(scene.perform(.failed("the start failed")) == .restart)
    scene.observation.unit.activity = .failed
    rollBack(&scene)
    #expect(scene.perform() == .restart)
    scene.observation.unit = UnitFacts(activity: .active, invocation: "run 3")
    #expect(scene.perform()?.kind == .probe)
    #expect(scene.plan().step == nil)
    scene.pass(Limits.retryAfterRollBack - 1)
    #expect(scene.plan().step == nil)
    scene.pass(2)
    #expect(scene.plan().step?.kind == .lookUpPorts)
  }

  @Test func thePauseAfterARollBackDoublesUpToADay() {
    var failure = Failure(
      kind: .probe, listen: Scene.listen(Scene.settings(), .http), newCertificate: false,
      attempts: 1, at: 0, context: "", rolledBack: true, text: "")
    #expect(failure.pause == 3600)
    failure.attempts = 2
    #expect(failure.pause == 7200)
    failure.attempts = 99
    #expect(failure.pause == Limits.day)
  }

  @Test func eachRollBackLengthensThePauseThoughARenewalWaitsForARestart() {
    var scene = onTrial()
    scene.edit { $0.certificate.names = ["other"] }
    for attempts in 1...3 {
      scene.progress.served = .applied
      scene.perform(.failed("no answer"))
      let failed = scene.observation.current
      scene.perform()
      #expect(scene.state.failure?.attempts == attempts)
      scene.pass(10 * Scene.day)
      scene.observation.current = failed
      _ = scene.plan()
    }
  }

  @Test func whatNoReloadLeavesIsLeftByARestartAlsoLater() {
    var scene = onTrial(reloadServes: [.port, .protocol])
    scene.observation.current?.certificate.sha256 = "b"
    scene.progress.served = .applied
    scene.perform(.failed("no answer"))
    rollBack(&scene)
    scene.observation.candidate = nil
    #expect(scene.perform() == .restart)
    scene.perform(.failed("no answer"))
    scene.movePort(9001)
    #expect(scene.plan().upcoming.contains { $0.kind == .restart })
    scene.observation.unit.invocation = "run 2"
    #expect(!scene.plan().upcoming.contains { $0.kind == .restart && $0.at == nil })
  }

  @Test func aRestartThatHadNoEffectIsTriedAgainNowAndThen() {
    var scene = onTrial(reloadServes: [.port, .protocol])
    scene.observation.current?.certificate.sha256 = "b"
    scene.progress.served = .applied
    scene.perform(.failed("no answer"))
    rollBack(&scene)
    var restarts = 0
    for _ in 0..<600 {
      guard let step = scene.plan().step else {
        scene.pass(60)
        continue
      }
      if step == .restart { restarts += 1 }
      scene.perform(step.kind == .probe ? .failed("no answer") : .done)
    }
    #expect((2...6).contains(restarts))
  }

  @Test func otherSettingsAreTriedAtOnce() {
    var scene = onTrial()
    scene.perform()
    scene.perform(.failed("no answer"))
    rollBack(&scene)
    scene.perform()
    scene.perform()
    scene.edit { _ in }
    #expect(scene.plan().step?.kind == .lookUpPorts)
  }

  @Test func aRollBackIsServedBeforeTheNextChangeBegins() {
    var scene = onTrial()
    scene.perform()
    scene.perform(.failed("no answer"))
    rollBack(&scene)
    scene.movePort(9001)
    #expect(scene.plan().step == .reload)
  }

  @Test func aJobWithoutAnswerIsJudgedByTheProbe() {
    var scene = onTrial()
    #expect(scene.perform(.noAnswer("timed out")) == .reload)
    #expect(scene.perform() == .probe(generation: 2, within: Limits.firstLook))
    #expect(scene.plan().step == .commit(generation: 2))
  }

  @Test func aJobThatWasLostIsAskedForAgain() {
    var scene = onTrial()
    #expect(scene.perform(.noAnswer("systemd went away")) == .reload)
    scene.perform(.failed("the old port is served"))
    #expect(scene.perform() == .reload)
    #expect(scene.perform() == .probe(generation: 2, within: 30))
    #expect(scene.plan().step == .commit(generation: 2))
  }

  @Test func aJobThatIsNeverAnsweredIsAskedForTwiceAtMost() {
    var scene = onTrial()
    for _ in 1...2 {
      #expect(scene.perform(.noAnswer("systemd went away")) == .reload)
      scene.perform(.failed("the old port is served"))
    }
    #expect(scene.plan().step?.kind == .rollBack)
  }

  @Test func aRestartThatWasLostIsNoMissedPreparation() {
    var scene = Scene(reloadServes: [.certificate])
    scene.movePort()
    scene.stage()
    scene.perform()
    scene.perform()
    #expect(scene.perform(.noAnswer("systemd went away")) == .restart)
    #expect(scene.plan().step?.kind != .rollBack)
    #expect(scene.state.failure == nil)
  }

  @Test func aServiceThatWasStoppedBeforeItsRestartIsNoMissedPreparation() {
    var scene = Scene(reloadServes: [.certificate])
    scene.movePort()
    scene.stage()
    scene.perform()
    scene.perform()
    #expect(scene.perform() == .restart)
    scene.observation.unit.activity = .inactive
    #expect(scene.plan().step == nil)
    #expect(scene.state.failure == nil)
    #expect(scene.progress.restartedFor == nil)
  }

  @Test func aSlowServiceThatSomebodyRestartedIsNotRestartedAgain() {
    var scene = onTrial(reloadServes: [.port, .protocol])
    scene.observation.current?.certificate.sha256 = "b"
    scene.progress.served = .good
    scene.observation.unit.invocation = "run 2"
    #expect(scene.perform(.failed("no answer")) == .probe(generation: 2, within: 30))
    #expect(scene.plan().step?.kind == .rollBack)
  }

  @Test func aRollBackThatCannotBeWrittenIsTriedLessAndLess() {
    var scene = onTrial()
    scene.perform()
    scene.perform(.failed("no answer"))
    #expect(scene.perform(.failed("read-only file system"))?.kind == .rollBack)
    #expect(scene.plan().step == nil)
    #expect(scene.plan().wakeAt == Scene.now + Limits.firstRetry)
    #expect(scene.plan().codes.contains("step-failed"))
    scene.pass(Limits.firstRetry)
    #expect(scene.perform(.failed("read-only file system"))?.kind == .rollBack)
    #expect(scene.plan().wakeAt == scene.observation.clock.realtime + 2 * Limits.firstRetry)
    scene.pass(2 * Limits.firstRetry)
    scene.perform()
    #expect(!scene.plan().codes.contains("step-failed"))
  }

  @Test func withoutAWayBackItIsLookedAtButNeverRestartedAgain() {
    var scene = onTrial(reloadServes: [])
    scene.observation.lastGood = nil
    scene.state.committed = []
    var restarts = 0
    for _ in 0..<50 {
      guard let step = scene.plan().step else {
        scene.pass(60)
        continue
      }
      if step == .restart { restarts += 1 }
      scene.perform(step.kind == .probe ? .failed("no answer") : .done)
    }
    #expect(restarts == 1)
    #expect(scene.plan().codes.contains("served-differs"))
  }
}
