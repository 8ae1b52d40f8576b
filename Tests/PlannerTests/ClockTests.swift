import Planner
import Testing

@Suite struct ClockTests {
  /// The grace period ended, and the clock stepped so far since the last look.
  func scene(step: Seconds, synchronised: Bool? = false) -> Scene {
    var scene = Scene()
    _ = scene.plan()
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - 10 * Scene.day))
    scene.observation.clock.realtime += step
    scene.observation.clock.synchronised = synchronised
    return scene
  }

  @Test func aLongStepIsDoubtedAndNothingIsEnforced() {
    var scene = scene(step: 40 * Scene.day)
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.codes.contains("clock-in-doubt"))
    #expect(plan.condition == .waiting)
  }

  @Test func aConfirmedStepIsBelieved() {
    var scene = scene(step: 40 * Scene.day, synchronised: true)
    #expect(scene.plan().step?.kind == .enforce)
  }

  @Test func aStepOfAnHourIsBelieved() {
    var scene = scene(step: -3600)
    #expect(!scene.plan().codes.contains("clock-in-doubt"))
    #expect(!scene.plan().codes.contains("clock-in-doubt"))
  }

  @Test func doubtEndsAfterADayAndDoesNotComeBack() {
    var scene = scene(step: 40 * Scene.day)
    #expect(scene.plan().step == nil)
    scene.pass(Limits.longestClockDoubt)
    #expect(scene.plan().step?.kind == .enforce)
  }

  @Test func doubtOfAClockBeforeTheBuildEndsTooAndDoesNotComeBack() {
    var scene = Scene()
    scene.observation.clock.synchronised = false
    scene.observation.clock.builtAt = Scene.now + 100 * Scene.day
    #expect(scene.plan().codes.contains("clock-in-doubt"))
    scene.pass(Limits.longestClockDoubt)
    #expect(!scene.plan().codes.contains("clock-in-doubt"))
    scene.pass(1)
    #expect(!scene.plan().codes.contains("clock-in-doubt"))
  }

  @Test func aSecondStepDoesNotEndTheDoubtUnlessItLeadsBack() {
    var scene = scene(step: 400 * Scene.day)
    _ = scene.plan()
    scene.observation.clock.realtime += 7200
    #expect(scene.plan().codes.contains("clock-in-doubt"))
    scene.observation.clock.realtime -= 400 * Scene.day + 7200
    #expect(!scene.plan().codes.contains("clock-in-doubt"))
  }

  @Test func aStartBeforeTheLastTimeSeenIsDoubted() {
    var scene = Scene()
    scene.state.lastRealtimeSeen = Scene.now + 100
    scene.observation.clock.synchronised = false
    #expect(scene.plan().codes.contains("clock-in-doubt"))
    scene.observation.clock.realtime += 7200
    #expect(!scene.plan().codes.contains("clock-in-doubt"))
  }

  @Test func inDoubtNoNewCertificateUnlessNoneIsUsable() {
    var scene = scene(step: 240 * Scene.day)
    #expect(scene.plan().step == nil)
    // By the wrong clock it has expired; by the time believed before it is good.
    scene = self.scene(step: 400 * Scene.day)
    #expect(scene.plan().step == nil)
    scene.observation.current?.certificate.notAfter = Scene.now - 1
    #expect(scene.plan().step?.kind == .stage)
    #expect(!scene.plan().upcoming.contains { $0.kind == .reload && $0.at == Scene.now })
  }

  @Test func theLastTimeSeenIsNotTakenFromADoubtedClock() {
    var scene = scene(step: 40 * Scene.day)
    _ = scene.plan()
    #expect(scene.state.lastRealtimeSeen == Scene.now)
  }
}
