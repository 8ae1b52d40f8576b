import Planner
import Testing

/// What is believed of a clock when daemon or machine start, and what is judged by it.
@Suite("A clock at the start")
struct BootClockTests {
  /// A machine that was up for so long, at `realtime`; the time was seen last at `seen`.
  private func scene(
    boottime: Seconds = 60, realtime: UnixSeconds = Scene.now, seen: UnixSeconds?,
    seenAt: Seconds? = 500_000, synchronised: Bool? = false
  ) -> Scene {
    var scene = Scene()
    scene.observation.clock = ClockFacts(
      realtime: realtime, boottime: boottime, synchronised: synchronised,
      builtAt: Scene.now - 100 * Scene.day)
    scene.state.lastRealtimeSeen = seen
    scene.state.lastBoottimeSeen = seenAt
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - 40 * Scene.day))
    return scene
  }

  private func isInDoubt(_ scene: Scene) -> Bool {
    var scene = scene
    return scene.plan().codes.contains("clock-in-doubt")
  }

  private static let year2038: UnixSeconds = 2_145_916_800

  @Test func `a clock of 2038 at boot is doubted and enforces nothing`() {
    var scene = scene(realtime: Self.year2038, seen: Scene.now - 600)
    #expect(scene.plan().codes.contains("clock-in-doubt"))
    #expect(scene.plan().step == nil)
    #expect(scene.state.lastRealtimeSeen == Scene.now - 600)
  }

  @Test func `a clock of 1970 at boot is doubted and makes no certificate`() {
    var scene = scene(realtime: 30, seen: Scene.now - 600)
    #expect(scene.plan().codes.contains("clock-in-doubt"))
    #expect(scene.plan().step == nil)
    #expect(!scene.plan().codes.contains("expired"))
  }

  @Test func `a time service that confirms the clock ends every doubt`() {
    #expect(!isInDoubt(scene(realtime: Self.year2038, seen: Scene.now, synchronised: true)))
  }

  @Test func `a short time off is believed`() {
    #expect(!isInDoubt(scene(seen: Scene.now - 660)))
  }

  @Test func `a month off is doubted for a day of running at most`() {
    var scene = scene(seen: Scene.now - 30 * Scene.day)
    #expect(scene.plan().step == nil)
    scene.pass(Limits.longestClockDoubt)
    #expect(scene.plan().step?.kind == .enforce)
  }

  @Test func `off every night it is believed after a day of running, not never`() {
    var scene = scene(seen: Scene.now - 14 * 3600)
    var days = 0
    while scene.plan().step?.kind != .enforce && days < 10 {
      scene.pass(10 * 3600)
      if scene.plan().step?.kind == .enforce { break }
      scene.crash()
      scene.observation.clock.realtime += 14 * 3600
      scene.observation.clock.boottime = 60
      days += 1
    }
    #expect(days == 2)
  }

  @Test func `a restart of the daemon long after it slept is no doubt`() {
    #expect(!isInDoubt(scene(boottime: 900_000, seen: Scene.now - 400_000)))
  }

  @Test func `steps while the daemon was away are seen`() {
    #expect(isInDoubt(scene(boottime: 500_600, seen: Scene.now - 9_000)))
    #expect(isInDoubt(scene(boottime: 586_400, seen: Scene.now - 600)))
  }

  @Test func `a state of an older version without the other clock is believed`() {
    #expect(!isInDoubt(scene(boottime: 900_000, seen: Scene.now - 400_000, seenAt: nil)))
    #expect(isInDoubt(scene(seen: Scene.now - 400_000, seenAt: nil)))
  }

  @Test func `until the time service was asked nothing is said`() {
    var scene = scene(seen: Scene.now - 30 * Scene.day, synchronised: nil)
    let plan = scene.plan()
    #expect(!plan.codes.contains("clock-in-doubt") && plan.step == nil)
    #expect(plan.wakeAt == scene.observation.clock.realtime + Limits.clockAnswer)
    scene.pass(Limits.clockAnswer)
    #expect(scene.plan().codes.contains("clock-in-doubt"))
  }

  @Test func `first sight is never dated before the program`() {
    var scene = scene(realtime: 30, seen: nil)
    scene.observation.ratchet = .readable(Ratchet())
    _ = scene.plan()
    scene.pass(Limits.longestClockDoubt)
    #expect(scene.plan().step == .recordFirstSight(at: scene.observation.clock.builtAt))
  }

  @Test func `the preparation makes no certificate by a clock of 2038`() {
    let scene = scene(realtime: Self.year2038, seen: Scene.now - 600, synchronised: nil)
    let result = Planner.preparation(scene.observation, state: scene.state, portsTaken: false)
    #expect(result == .nothing)
  }

  @Test func `the preparation renews after a reboot that took minutes`() {
    var scene = scene(seen: Scene.now - 300, synchronised: nil)
    scene.observation.current?.certificate.notAfter = Scene.now + 20 * Scene.day
    let result = Planner.preparation(scene.observation, state: scene.state, portsTaken: false)
    guard case .stage = result else {
      Issue.record("\(result)")
      return
    }
  }

  @Test func `a certificate made by a clock ahead is replaced once the clock is right`() {
    var scene = scene(seen: Scene.now, synchronised: true)
    scene.observation.current?.certificate.notBefore = Self.year2038
    scene.observation.current?.certificate.madeAt = Self.year2038 + Scene.day
    scene.observation.current?.certificate.notAfter = Self.year2038 + 365 * Scene.day
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - Scene.day))
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("nothing is staged")
      return
    }
    #expect(order.newCertificate && order.why.contains("not valid before"))
  }

  @Test func `one made for a wish in doubt is not replaced by a clock of 1970`() {
    var scene = scene(realtime: 30, seen: Scene.now - 30 * Scene.day, synchronised: nil)
    scene.observation.current?.certificate.notBefore = Scene.now - Scene.day
    scene.observation.current?.certificate.madeAt = Scene.now
    #expect(scene.plan().step == nil)
    let result = Planner.preparation(scene.observation, state: scene.state, portsTaken: false)
    #expect(result == .nothing)
  }

  @Test func `a certificate made by a clock ahead is no answer to a wish for a new one`() {
    var scene = Scene()
    scene.observation.current?.certificate.madeAt = Self.year2038
    scene.ask(.renew)
    #expect(scene.plan().step?.kind == .stage)
  }
}
