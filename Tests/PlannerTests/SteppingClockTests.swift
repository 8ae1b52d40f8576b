import Planner
import Testing

/// A clock that steps, drifts and sleeps while the daemon runs: nothing is lost or said twice.
@Suite("A clock that steps")
struct SteppingClockTests {
  private func scene() -> Scene {
    var scene = Scene()
    scene.observation.clock.synchronised = false
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - 24 * Scene.day))
    _ = scene.plan()
    return scene
  }

  private func entries(_ scene: inout Scene, _ ledger: inout NoticeLedger) -> [String] {
    let now = scene.observation.clock.realtime
    return ledger.take(scene.plan().notices, at: now, since: &scene.state.noticesSince).map {
      switch $0 {
      case .raised(let notice): "+\(notice.code)"
      case .cleared(let code): "-\(code)"
      }
    }
  }

  @Test func `stepping back and forth says the doubt and nothing else`() {
    var scene = scene()
    var ledger = NoticeLedger()
    #expect(entries(&scene, &ledger) == ["+enforcement-soon-7d"])
    for step in [40 * Scene.day, -40 * Scene.day, -400 * Scene.day, 400 * Scene.day] {
      scene.observation.clock.realtime += step
      let isAway = scene.observation.clock.realtime != Scene.now
      #expect(entries(&scene, &ledger) == [isAway ? "+clock-in-doubt" : "-clock-in-doubt"])
      #expect(scene.plan().step == nil)
    }
    #expect(scene.state.noticesSince["enforcement-soon-7d"] == Scene.now)
  }

  @Test func `a notice that comes due in a doubt is said in it`() {
    var scene = scene()
    var ledger = NoticeLedger()
    _ = entries(&scene, &ledger)
    scene.observation.clock.realtime += 400 * Scene.day
    _ = entries(&scene, &ledger)
    scene.pass(20 * 3600)
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - 27 * Scene.day))
    #expect(entries(&scene, &ledger) == ["+enforcement-soon-3d", "-enforcement-soon-7d"])
  }

  @Test func `a hold that only a clock in doubt says is over stands, and waits for no past moment`()
  {
    var scene = scene()
    scene.edit { $0.hold = Hold(until: Scene.now + Scene.day) }
    _ = scene.plan()
    scene.observation.clock.realtime += 40 * Scene.day
    let held = scene.plan().upcoming.first { $0.what.contains("hold") }
    #expect(held?.at == scene.observation.clock.realtime)
    #expect(held?.why.contains("believable clock") == true)
  }

  @Test func `suspend is no step`() {
    var scene = scene()
    scene.pass(5 * Scene.day)
    let plan = scene.plan()
    #expect(!plan.codes.contains("clock-in-doubt"))
    #expect(plan.codes.contains("enforcement-soon-1d"))
  }

  @Test func `a clock that stood still in suspend is doubted`() {
    var scene = scene()
    scene.observation.clock.boottime += 5 * Scene.day
    #expect(scene.plan().codes.contains("clock-in-doubt"))
  }

  @Test(arguments: [-1, 1]) func `a leap second changes nothing`(step: Seconds) {
    var scene = scene()
    let before = scene.plan()
    scene.observation.clock.realtime += step
    let after = scene.plan()
    #expect(after.step == nil && after.notices == before.notices)
  }

  @Test func `a repeated second at the end of the grace period enforces once`() {
    var scene = scene()
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - 30 * Scene.day + 1))
    #expect(scene.plan().step == nil)
    scene.pass(1)
    guard case .enforce(let since, true, _, _) = scene.perform() else {
      Issue.record("not enforced")
      return
    }
    scene.observation.ratchet = .readable(
      Ratchet(firstSeen: Scene.now - 30 * Scene.day + 1, enforcedSince: since))
    scene.observation.settings.dropInHasProtocol = true
    scene.observation.clock.realtime -= 1
    #expect(scene.plan().step?.kind == .stage)
  }

  @Test func `a doubt counts its day although the clock steps on`() {
    var scene = scene()
    for _ in 0..<24 {
      scene.observation.clock.realtime += 10 * Scene.day
      #expect(scene.plan().codes.contains("clock-in-doubt"))
      scene.pass(3600)
    }
    #expect(!scene.plan().codes.contains("clock-in-doubt"))
  }

  @Test func `a hold lasts through a doubt`() {
    var scene = scene()
    scene.edit { $0.hold = Hold(until: Scene.now + Scene.day) }
    scene.movePort()
    scene.stage()
    scene.progress.portsFree = 2
    scene.state.checked = 2
    scene.observation.clock.realtime += 40 * Scene.day
    #expect(scene.plan().step == nil)
    #expect(scene.plan().codes.contains("held"))
  }
}
