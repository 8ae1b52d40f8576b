@testable import Planner
import Testing

@Suite struct RequestTests {
  /// What the answer says; nil: another step or none.
  func answer(_ scene: inout Scene) -> Bool? {
    guard case .answer(_, let done, _) = scene.plan().step else { return nil }
    return done
  }

  @Test func aRestartThatHasNothingToChangeReloadsAndAnswersAfterTheProbe() {
    var scene = Scene()
    scene.ask(.restart)
    #expect(scene.perform() == .reload)
    #expect(scene.perform()?.kind == .probe)
    #expect(answer(&scene) == true)
  }

  @Test func oneReloadAnswersAllThatWaited() {
    var scene = Scene()
    scene.ask(.restart)
    scene.ask(.restart)
    #expect(scene.perform() == .reload)
    scene.perform()
    #expect(answer(&scene) == true)
    scene.observation.requests.removeFirst()
    #expect(answer(&scene) == true)
  }

  @Test func aRestartOfAServiceThatAnswersNothingIsTriedAllTheSame() {
    var scene = Scene()
    scene.progress.served = .bad(reason: "no answer", afterApply: true)
    scene.ask(.restart)
    #expect(scene.perform() == .reload)
    scene.perform(.failed("no answer"))
    #expect(answer(&scene) == false)
  }

  @Test func aRenewalIsMadeServedAndAnswered() {
    var scene = Scene()
    scene.ask(.renew)
    #expect(scene.perform()?.kind == .stage)
    scene.stage(certificate: "b", madeAt: Scene.now)
    scene.perform()
    scene.switchToCandidate()
    scene.perform()
    scene.perform()
    #expect(scene.perform() == .commit(generation: 2))
    #expect(answer(&scene) == true)
  }

  @Test func aReloadForAnotherRequestDoesNotHideARenewalThatFollows() {
    var scene = Scene()
    scene.ask(.restart)
    scene.ask(.renew)
    #expect(scene.perform() == .reload)
    #expect(scene.perform()?.kind == .probe)
    let plan = scene.plan()
    #expect(plan.step?.kind == .answer)
    let kinds = plan.upcoming.filter { ($0.at ?? Scene.now) == Scene.now }.map(\.kind)
    #expect(Set(kinds).isSuperset(of: [.stage, .switchCurrent, .reload]))
  }

  @Test func aRenewalThatCannotBeMadeIsAnsweredWithTheReason() {
    var scene = Scene()
    scene.ask(.renew)
    scene.perform(.failed("no space left"))
    #expect(answer(&scene) == false)
  }

  @Test func aRequestLiftsThePauseOnce() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    scene.perform(.failed("port 9000 is held"))
    scene.pass(1)
    scene.ask(.restart)
    #expect(scene.perform(.failed("port 9000 is held"))?.kind == .lookUpPorts)
    #expect(answer(&scene) == false)
  }

  @Test func aRequestFromTheFutureIsRefusedAndCausesNoLoop() {
    var scene = Scene()
    scene.ask(.renew, at: Scene.now + 3600)
    #expect(answer(&scene) == false)
  }

  @Test func aRequestAMomentAheadWaitsForItsTime() {
    var scene = Scene()
    scene.ask(.renew, at: Scene.now + 1)
    #expect(scene.plan().step == nil)
    #expect(scene.plan().wakeAt == Scene.now + 1)
  }

  @Test func stoppedUnitsAreAnsweredToo() {
    var scene = Scene()
    scene.observation.unit.activity = .inactive
    scene.ask(.restart)
    #expect(answer(&scene) == false)
    scene.observation.requests = []
    scene.ask(.renew)
    #expect(scene.perform()?.kind == .stage)
    scene.stage(certificate: "b", madeAt: Scene.now)
    #expect(answer(&scene) == true)
  }

  @Test func aStoppedUnitOnTrialIsAnswered() {
    var scene = Scene()
    scene.observation.current?.number = 2
    scene.observation.unit.activity = .inactive
    scene.ask(.restart)
    #expect(answer(&scene) == false)
  }

  @Test(arguments: [UnitFacts.Activity.masked, .notFound])
  func unitsThatCannotBeHelpedAreAnswered(activity: UnitFacts.Activity) {
    var scene = Scene()
    scene.observation.unit.activity = activity
    scene.ask(.restart)
    #expect(answer(&scene) == false)
  }

  @Test func withoutAdoptionProfileOrSettingsRequestsAreAnswered() {
    for change: @Sendable (inout Scene) -> Void in [
      { $0.observation.adoption = nil }, { $0.observation.profile = nil },
      { $0.observation.settings.outcome = .missing },
    ] {
      var scene = Scene()
      change(&scene)
      scene.ask(.restart)
      #expect(answer(&scene) == false)
    }
  }

  @Test func anAnswerThatCannotBeWrittenDoesNotHoldUpTheWork() {
    for isMasked in [false, true] {
      var scene = Scene()
      scene.ask(.renew, at: Scene.now + 3600)
      if isMasked { scene.observation.unit.activity = .masked }
      scene.movePort()
      #expect(scene.perform(.failed("no space left"))?.kind == .answer)
      #expect(scene.plan().step?.kind == (isMasked ? nil : .stage))
    }
  }

  @Test func oneWhoseReloadIsDoneStillNamesTheRenewalThatItsTurnBrings() {
    var scene = Scene()
    scene.edit { $0.certificate.names = ["a"] }
    scene.ask(.restart, at: Scene.now - 10)
    scene.ask(.restart, at: Scene.now - 5)
    scene.progress.appliedFor = ["0", "1"]
    scene.state.failure = Failure(
      kind: .stage, listen: Scene.listen(Scene.settings(), .http), newCertificate: true,
      attempts: 5,
      at: Scene.now - 7, context: "A' active", rolledBack: false, text: "no space left")
    let plan = scene.plan()
    #expect(plan.step?.kind == .answer)
    #expect(plan.upcoming.contains { $0.kind == .switchCurrent })
    _ = scene.perform()
    scene.observation.requests.removeFirst()
    #expect(scene.plan().step?.kind == .stage)
  }
}
