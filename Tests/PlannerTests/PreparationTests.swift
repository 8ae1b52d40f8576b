import Planner
import Testing

@Suite struct PreparationTests {
  func prepare(_ scene: Scene, portsTaken: Bool = false) -> Preparation {
    var seen = scene.observation
    seen.unit = UnitFacts(activity: .unknown)
    return Planner.preparation(seen, state: scene.state, portsTaken: portsTaken)
  }

  /// A certificate with so many days left.
  func scene(daysLeft: Int) -> Scene {
    var scene = Scene(.https)
    scene.observation.current?.certificate.notAfter = Scene.now + daysLeft * Scene.day
    return scene
  }

  @Test func aServiceThatIsWellStartsAsItIs() {
    #expect(prepare(Scene()) == .nothing)
  }

  @Test func inTheWindowAStagedRenewalIsTakenOver() {
    var scene = scene(daysLeft: 29)
    scene.stage(certificate: "b", madeAt: Scene.now)
    #expect(prepare(scene) == .switchTo(2))
  }

  @Test func inTheWindowWithoutACandidateOneIsMade() {
    guard case .stage(let order) = prepare(scene(daysLeft: 29)) else {
      Issue.record("nothing is made")
      return
    }
    #expect(order.newCertificate)
  }

  @Test func onlyACheckedConfigurationIsTakenOver() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    #expect(prepare(scene) == .nothing)
    scene.state.checked = 2
    #expect(prepare(scene, portsTaken: true) == .nothing)
    #expect(prepare(scene) == .switchTo(2))
  }

  @Test func aCandidateThatIsNotWantedAnyMoreIsNotTakenOver() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    scene.state.checked = 2
    scene.movePort(8383)
    #expect(prepare(scene) == .nothing)
  }

  @Test func anOrderedCertificateIsTakenOverThoughTheRequestIsNotSeen() {
    var scene = Scene()
    scene.stage(certificate: "b", madeAt: Scene.now)
    #expect(prepare(scene) == .switchTo(2))
  }

  @Test func whatWasRolledBackIsNotTakenOverAgain() {
    var scene = scene(daysLeft: 29)
    scene.stage(certificate: "b", madeAt: Scene.now)
    let rolledBack = scene.observation.candidate
    scene.switchToCandidate()
    scene.progress.served = .bad(reason: "no answer", afterApply: true)
    scene.progress.servedGeneration = 2
    #expect(scene.perform()?.kind == .rollBack)
    scene.observation.current = scene.observation.lastGood
    scene.observation.candidate = rolledBack
    #expect(prepare(scene) == .nothing)
    scene.pass(Limits.retryAfterRollBack)
    #expect(prepare(scene) == .switchTo(2))
  }

  /// On trial since a start without the daemon.
  func onTrial() -> Scene {
    var scene = scene(daysLeft: 29)
    scene.stage(certificate: "b", madeAt: Scene.now)
    scene.switchToCandidate()
    return scene
  }

  @Test func aStartThatFailedWithoutTheDaemonGoesBack() throws {
    let scene = onTrial()
    let way = try #require(Planner.wayBack(scene.observation, state: scene.state))
    #expect(way.to == 1)
    #expect(way.text.contains("rolled back to 1") && way.text.contains("nginx.service failed"))
    #expect(way.state.restoring == 1 && way.state.staleRun == nil)
    #expect(way.state.lastAction?.kind == .rollBack)
  }

  @Test func afterItsWayBackItIsNotTakenOverAgain() throws {
    var scene = onTrial()
    let failed = scene.observation.current
    scene.state = try #require(Planner.wayBack(scene.observation, state: scene.state)).state
    scene.observation.current = scene.observation.lastGood
    scene.observation.candidate = failed
    #expect(prepare(scene) == .nothing)
    // The daemon is back: it makes sure that what was brought back is served, and goes on.
    scene.progress = Progress()
    #expect(scene.perform()?.kind == .probe)
    #expect(scene.state.lastAction?.result == .rolledBack)
    #expect(scene.state.failure?.rolledBack == true)
    #expect(scene.plan().step?.kind != .restart)
  }

  @Test func withoutAWayBackAStartThatFailedIsPreparedAsEver() {
    let good = Scene()
    #expect(Planner.wayBack(good.observation, state: good.state) == nil)
    var first = onTrial()
    first.observation.lastGood = nil
    #expect(Planner.wayBack(first.observation, state: first.state) == nil)
    var released = onTrial()
    released.observation.adoption = nil
    #expect(Planner.wayBack(released.observation, state: released.state) == nil)
  }

  @Test func inDoubtOfTheClockAUsableCertificateStays() {
    var scene = scene(daysLeft: 29)
    scene.state.lastRealtimeSeen = Scene.now + 100
    #expect(prepare(scene) == .nothing)
  }

  @Test func aReleasedServiceIsLeftAlone() {
    var scene = scene(daysLeft: 29)
    scene.observation.adoption = nil
    #expect(prepare(scene) == .nothing)
  }

  @Test func theFirstGenerationIsMade() {
    var scene = Scene()
    scene.observation.current = nil
    guard case .stage(let order) = prepare(scene) else {
      Issue.record("nothing is made")
      return
    }
    #expect(order.newCertificate)
  }

  @Test func enforcedHTTPSIsPreparedAsHTTPS() {
    var scene = Scene()
    scene.observation.ratchet = .readable(Ratchet(firstSeen: 0, enforcedSince: Scene.now))
    scene.observation.candidate = Scene.generation(2, Scene.listen(Scene.settings(), .http))
    scene.state.checked = 2
    #expect(prepare(scene) == .nothing)
  }

  @Test func aRestartThatPreparationDidNotServeIsNotRepeated() {
    var scene = Scene(reloadServes: [.certificate])
    scene.movePort()
    scene.stage()
    scene.perform()
    scene.perform()
    #expect(scene.perform() == .restart)
    scene.observation.unit.invocation = "run 2"
    let plan = scene.plan()
    #expect(plan.step?.kind != .restart)
    #expect(plan.codes.contains("preparation-failed"))
  }

  @Test func thatHoldsWhileARollBackIsNotServedToo() {
    var scene = Scene(reloadServes: [.certificate])
    scene.movePort()
    scene.stage()
    scene.state.restoring = 1
    scene.progress.served = .bad(reason: "no answer", afterApply: true)
    scene.perform()
    scene.perform()
    #expect(scene.perform() == .restart)
    scene.perform(.failed("no answer"))
    #expect(scene.plan().codes.contains("preparation-failed"))
    #expect(scene.plan().step == nil)
  }

  @Test func thatHoldsForAServiceThatNeverServedAnythingToo() {
    var scene = Scene(reloadServes: [.certificate])
    scene.movePort()
    scene.stage()
    scene.state.committed = []
    scene.observation.lastGood = nil
    scene.progress.served = .bad(reason: "no answer", afterApply: true)
    scene.perform()
    scene.perform()
    #expect(scene.perform() == .restart)
    scene.perform(.failed("no answer"))
    #expect(scene.plan().codes.contains("preparation-failed"))
    #expect(scene.plan().step?.kind != .restart)
  }

  @Test func theStageUnitMakesWhatTheDaemonOrders() {
    var scene = scene(daysLeft: 29)
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("nothing is ordered")
      return
    }
    #expect(Planner.stageOrder(scene.observation, state: scene.state) == order)
    scene.stage(certificate: "b", madeAt: Scene.now)
    #expect(Planner.stageOrder(scene.observation, state: scene.state) == nil)
  }
}
