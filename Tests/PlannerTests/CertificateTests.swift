import Planner
import Testing

@Suite struct CertificateTests {
  func scene(daysLeft: Int, _ reloadServes: Set<Aspect> = [.certificate, .port, .protocol])
    -> Scene
  {
    var scene = Scene(.https, reloadServes: reloadServes)
    scene.observation.current?.certificate.notAfter = Scene.now + daysLeft * Scene.day
    return scene
  }

  @Test(arguments: [(31, false), (30, true), (29, true)])
  func inTheWindowACandidateIsStagedForTheNextRestart(daysLeft: Int, isStaged: Bool) {
    var scene = scene(daysLeft: daysLeft)
    #expect((scene.plan().step?.kind == .stage) == isStaged)
    #expect(scene.plan().codes.contains("expires-soon") == isStaged)
  }

  @Test func aStagedRenewalWaitsForARestart() {
    var scene = scene(daysLeft: 29)
    scene.stage(certificate: "b", madeAt: Scene.now)
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.upcoming.contains { $0.kind == .restart && $0.at == nil })
  }

  @Test func shortBeforeExpiryItDoesNotWait() {
    var scene = scene(daysLeft: 2)
    scene.stage(certificate: "b", madeAt: Scene.now)
    #expect(scene.plan().step == .switchCurrent(generation: 2))
  }

  @Test func whatIsDueIsDoneWhenThePlannerWantedToBeWoken() {
    var scene = scene(daysLeft: 31)
    func passToWake() {
      let wakeAt = scene.plan().wakeAt
      scene.pass(wakeAt - scene.observation.clock.realtime)
    }
    passToWake()
    #expect(scene.plan().step?.kind == .stage)
    scene.stage(certificate: "b", madeAt: Scene.now + Scene.day)
    let force = Scene.now + 28 * Scene.day
    while scene.plan().step == nil && scene.observation.clock.realtime < force { passToWake() }
    #expect(scene.observation.clock.realtime == force)
    #expect(scene.plan().step == .switchCurrent(generation: 2))
  }

  @Test func aForceLongerThanTheLifetimeDoesNotLoop() {
    var scene = Scene(.https)
    scene.edit { $0.restart.forceBeforeExpiry = 400 * Scene.day }
    #expect(scene.plan().step == nil)
  }

  @Test func aWindowLongerThanTheLifetimeDoesNotLoop() {
    var scene = scene(daysLeft: 15)
    scene.edit {
      $0.certificate.lifetime = 20 * Scene.day
      $0.certificate.renewalWindow = 30 * Scene.day
    }
    #expect(scene.plan().step == nil)
  }

  @Test func namesAndKeyAreMadeAnewAtTheNextRestart() {
    for change: @Sendable (inout ServiceSettings) -> Void in [
      { $0.certificate.names = ["other"] }, { $0.certificate.key = .rsa3072 },
    ] {
      var scene = Scene()
      scene.edit(change)
      let plan = scene.plan()
      #expect(plan.step?.kind == .stage)
      #expect(plan.codes.contains("certificate-change-pending"))
      #expect(!plan.upcoming.contains { $0.kind == .reload && $0.at == Scene.now })
    }
  }

  @Test func anotherLifetimeWaitsForTheNextRenewal() {
    var scene = Scene()
    scene.edit { $0.certificate.lifetime = 90 * Scene.day }
    #expect(scene.plan().step == nil)
  }

  @Test func aCandidateThatIsOldIsMadeAnew() {
    var scene = scene(daysLeft: 29)
    scene.stage(certificate: "b", madeAt: Scene.now - 200 * Scene.day)
    #expect(scene.plan().step?.kind == .stage)
  }

  @Test func aTakenPortDoesNotKeepTheCertificateWaiting() {
    var scene = scene(daysLeft: 2)
    scene.movePort()
    scene.stage(certificate: "b", madeAt: Scene.now)
    #expect(scene.perform(.failed("port 9000 is held"))?.kind == .lookUpPorts)
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("the certificate is not renewed")
      return
    }
    #expect(order.newCertificate)
    #expect(order.listen == scene.observation.current?.listen)
  }

  @Test func twoFailingInputsDoNotLiftEachOthersPause() {
    var scene = scene(daysLeft: 2)
    scene.movePort()
    #expect(scene.perform(.failed("no space left"))?.kind == .stage)
    #expect(scene.perform(.failed("no space left"))?.kind == .stage)
    #expect(scene.plan().step == nil)
  }

  @Test func aCertificateFromTheFutureIsReplaced() {
    var scene = Scene()
    scene.observation.current?.certificate.notBefore = Scene.now + 1
    #expect(scene.plan().step?.kind == .stage)
  }

  @Test func aRestartForAChangeRenewsAsWell() {
    var scene = scene(daysLeft: 29, [.certificate, .protocol])
    scene.movePort()
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("not staged")
      return
    }
    #expect(order.newCertificate)
  }

  @Test func aFailedStageOfARenewalIsTriedAgainInTime() {
    var scene = scene(daysLeft: 29)
    scene.perform(.failed("no space left"))
    #expect(scene.plan().step == nil)
    #expect(scene.plan().wakeAt == Scene.now + Limits.firstRetry)
    scene.pass(Limits.firstRetry)
    #expect(scene.perform()?.kind == .stage)
    scene.stage(certificate: "b", madeAt: Scene.now)
    #expect(!scene.plan().codes.contains("stage-failed"))
  }

  @Test func aGenerationThatIsNotWhatWasOrderedIsNotWrittenAgainAndAgain() {
    var scene = scene(daysLeft: 29)
    #expect(scene.perform()?.kind == .stage)
    #expect(scene.perform()?.kind == .stage)
    #expect(scene.plan().step == nil)
    #expect(scene.plan().codes.contains("step-failed"))
  }
}
