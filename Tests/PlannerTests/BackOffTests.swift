@testable import Planner
import Testing

@Suite struct BackOffTests {
  @Test func harmlessTriesBackOffFromFiveSecondsToFiveMinutes() {
    let failure = { (attempts: Int) in
      Failure(
        kind: .portTaken, listen: Scene.listen(Scene.settings(), .http), newCertificate: false,
        attempts: attempts, at: 0, context: "", rolledBack: false, text: "")
    }
    #expect([1, 2, 3, 7, 8, 1000].map { failure($0).pause } == [5, 10, 20, 300, 300, 300])
  }

  @Test(arguments: [StepKind.stage, .lookUpPorts, .check])
  func aRefusalChangesNothingAndIsExplained(kind: StepKind) {
    var scene = Scene()
    scene.movePort()
    if kind != .stage { scene.stage() }
    if kind == .check { scene.perform() }
    #expect(scene.perform(.failed("said why"))?.kind == kind)
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.condition == .blocked)
    #expect(plan.notices.contains { $0.severity == .error && $0.text.hasPrefix("said why") })
    #expect(plan.wakeAt == Scene.now + Limits.firstRetry)
  }

  @Test func aFreedPortIsFoundByItself() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    scene.perform(.failed("port 9000 is held"))
    scene.pass(Limits.firstRetry)
    #expect(scene.perform()?.kind == .lookUpPorts)
    #expect(!scene.plan().codes.contains("port-taken"))
  }

  @Test func somethingThatChangedIsTriedAtOnce() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    scene.perform(.failed("port 9000 is held"))
    scene.observation.unit.activity = .inactive
    #expect(scene.plan().step?.kind == .lookUpPorts)
  }

  @Test func aClockSetBackDoesNotLengthenThePause() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    scene.perform(.failed("port 9000 is held"))
    scene.observation.clock.realtime -= 1000
    #expect(scene.plan().step?.kind == .lookUpPorts)
  }

  @Test func aNoticeGoesWithTheWish() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    scene.perform(.failed("port 9000 is held"))
    scene.movePort(8383)
    #expect(!scene.plan().codes.contains("port-taken"))
  }

  @Test func aStepThatIsNotWantedAnyMoreIsNotToldOfAfterItsPause() {
    var scene = Scene()
    scene.observation.generationsOnDisk = [1, 7]
    scene.perform(.failed("read-only"))
    #expect(scene.plan().codes == ["step-failed"])
    scene.observation.generationsOnDisk = [1]
    scene.pass(Limits.firstRetry)
    #expect(scene.plan().notices.isEmpty)
  }

  /// The rule for polkit is missing, say: nothing of the server's own is to be mended.
  @Test func aCheckThatDidNotBeginRefusedNothingAndIsForgottenOnceItDoes() {
    var scene = Scene()
    scene.movePort()
    scene.stage()
    #expect(scene.perform()?.kind == .lookUpPorts)
    #expect(scene.perform(.noAnswer("polkit does not let us"))?.kind == .check)
    #expect(scene.plan().codes.contains("stage-failed"))
    #expect(!scene.plan().codes.contains("refused-by-server"))
    scene.pass(Limits.day)
    while let step = scene.plan().step, step.kind != .check { scene.perform() }
    #expect(scene.perform()?.kind == .check)
    #expect(!scene.plan().codes.contains("stage-failed"))
  }
}
