import Planner
import Testing

@Suite("A unit that starts or stops without an end")
struct StuckTests {
  private func stuck(onTrial: Bool) -> Scene {
    var scene = Scene()
    if onTrial {
      scene.movePort()
      scene.stage()
      scene.switchToCandidate()
    }
    scene.observation.unit.activity = .changing
    #expect(scene.plan().step == nil)
    #expect(scene.plan().wakeAt <= scene.observation.clock.realtime + Limits.longestChange)
    scene.pass(Limits.longestChange)
    return scene
  }

  @Test func `what is on trial goes back, without a job of ours`() {
    var scene = stuck(onTrial: true)
    #expect(scene.perform()?.kind == .rollBack)
    scene.observation.candidate = scene.observation.current
    scene.observation.current = scene.observation.lastGood
    #expect(scene.plan().step == nil)
    #expect(scene.plan().condition == .blocked)
  }

  @Test func `it is said, and no longer once it is over`() {
    var scene = stuck(onTrial: false)
    #expect(scene.plan().codes == ["unit-changing"])
    scene.observation.unit.activity = .active
    #expect(scene.plan().codes.isEmpty)
    scene.observation.unit.activity = .changing
    #expect(scene.plan().codes.isEmpty)
  }

  @Test func `requests are answered with the reason`() {
    var scene = stuck(onTrial: false)
    scene.ask(.restart)
    guard case .answer(_, false, let text) = scene.plan().step else {
      Issue.record("no answer")
      return
    }
    #expect(text.contains("without an end"))
  }
}
