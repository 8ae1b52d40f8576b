import Planner
import Testing

@Suite("Windows and holds")
struct TimesTests {
  /// A certificate with 20 days left and a window that opens in an hour.
  private func scene(start: UnixSeconds? = nil, expression: String = "03:00") -> Scene {
    var scene = Scene(.https)
    scene.observation.current?.certificate.notAfter = Scene.now + 20 * Scene.day
    scene.observation.lastGood = scene.observation.current
    scene.edit { $0.restart.window = RestartWindow(start: "03:00", length: 3_600) }
    scene.observation.calendar = CalendarFacts(
      expression: expression, starts: [start ?? Scene.now + 3_600, Scene.now + 5 * Scene.day],
      readAt: Scene.now - 60)
    return scene
  }

  private func renewed(_ scene: inout Scene) {
    scene.stage(certificate: "b", madeAt: Scene.now)
    scene.observation.candidate?.certificate.notAfter = Scene.now + 365 * Scene.day
  }

  @Test func `a window that was not worked out yet is read first`() {
    var scene = scene(expression: "04:00")
    #expect(scene.plan().step == .readCalendar("03:00"))
  }

  @Test func `a calendar of yesterday is read anew`() {
    var scene = scene()
    scene.observation.calendar?.readAt = Scene.now - Scene.day
    #expect(scene.plan().step == .readCalendar("03:00"))
  }

  @Test func `reading the calendar day after day is no failure`() {
    var scene = scene()
    for _ in 0..<3 {
      scene.observation.calendar?.readAt = Scene.now - Scene.day
      #expect(scene.perform() == .readCalendar("03:00"))
      scene.pass(Scene.day)
    }
    #expect(!scene.plan().codes.contains("step-failed"))
  }

  @Test func `a calendar from the future is read anew`() {
    var scene = scene()
    scene.observation.calendar?.readAt = Scene.now + 60
    #expect(scene.plan().step == .readCalendar("03:00"))
  }

  @Test func `before the window a renewal is staged and waits`() {
    var scene = scene()
    guard case .stage = scene.plan().step else { Issue.record("not staged"); return }
    renewed(&scene)
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.condition == .waiting)
    #expect(plan.upcoming.contains { $0.at == Scene.now + 3_600 && $0.kind == .reload })
    #expect(plan.wakeAt <= Scene.now + 3_600)
  }

  @Test func `in the window the new certificate is served without a restart`() {
    var scene = scene()
    renewed(&scene)
    scene.pass(3_600)
    #expect(scene.plan().step == .switchCurrent(generation: 2))
  }

  @Test func `after the window it waits again`() {
    var scene = scene()
    renewed(&scene)
    scene.pass(7_200)
    #expect(scene.plan().step == nil)
  }

  @Test func `no window opens on a clock in doubt`() {
    var scene = scene(start: Scene.now + 7_140)
    renewed(&scene)
    scene.observation.clock.realtime += 7_200
    #expect(scene.plan().step?.kind != .switchCurrent)
    scene.observation.clock.synchronised = true
    #expect(scene.plan().step?.kind == .switchCurrent)
  }

  @Test func `a window is not cut short by reading the calendar`() {
    var scene = scene()
    scene.observation.calendar?.readAt = Scene.now - Scene.day + 3_600
    renewed(&scene)
    scene.pass(3_600)
    #expect(scene.plan().step == .switchCurrent(generation: 2))
    scene.pass(3_600)
    #expect(scene.plan().step == .readCalendar("03:00"))
  }

  @Test func `plan shows the next windows, also while nothing waits for them`() {
    var scene = scene()
    let coming = [Scene.now + 3_600, Scene.now + 5 * Scene.day]
    #expect(scene.plan().upcoming.filter { $0.what.contains("window") }.map(\.at) == coming)
    scene.observation.current?.certificate.notAfter = Scene.now + 200 * Scene.day
    scene.observation.lastGood = scene.observation.current
    #expect(scene.plan().upcoming.filter { $0.what.contains("window") }.map(\.at) == coming)
  }

  @Test func `a window lasts as long as it says over a change of summer time`() {
    // 2026-10-25 02:30 in Berlin, in summer time; the hour comes twice.
    let start = 1_792_888_200
    var scene = scene(start: start)
    scene.observation.current?.certificate.notAfter = start + 20 * Scene.day
    scene.observation.lastGood = scene.observation.current
    scene.pass(start - Scene.now)
    scene.observation.calendar = CalendarFacts(
      expression: "03:00", starts: [start, start + 7 * Scene.day + 3_600], readAt: start - 60)
    scene.stage(certificate: "b", madeAt: start - 3_600)
    scene.pass(3_599)
    #expect(scene.plan().step == .switchCurrent(generation: 2))
    scene.pass(1)
    #expect(scene.plan().step == nil)
    #expect(scene.plan().wakeAt <= start + 7 * Scene.day + 3_600)
  }

  @Test func `an expression that systemd does not take is said`() {
    var scene = scene()
    scene.observation.calendar?.starts = []
    scene.observation.calendar?.problem = "Failed to parse"
    #expect(scene.plan().codes.contains("window-never"))
  }

  @Test func `a hold keeps a change ready but not served`() {
    var scene = Scene(.https)
    scene.movePort()
    scene.edit { $0.hold = Hold(until: Scene.now + 600, reason: "a migration") }
    scene.stage()
    scene.progress.portsFree = 2
    scene.state.checked = 2
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.condition == .waiting)
    #expect(plan.notices.contains { $0.code == "held" && $0.text.contains("a migration") })
    #expect(plan.wakeAt <= Scene.now + 600)
    scene.pass(600)
    #expect(scene.plan().step == .switchCurrent(generation: 2))
  }

  @Test func `a hold does not hold what somebody asks for`() {
    var scene = Scene(.https)
    scene.edit { $0.hold = Hold(until: Scene.now + 600) }
    scene.ask(.restart)
    #expect(scene.plan().step == .reload)
  }

  @Test func `a hold gives way before the certificate expires`() {
    var scene = Scene(.https)
    scene.observation.current?.certificate.notAfter = Scene.now + 2 * Scene.day
    scene.observation.lastGood = scene.observation.current
    scene.edit { $0.hold = Hold(until: Scene.now + 30 * Scene.day) }
    renewed(&scene)
    #expect(scene.plan().step == .switchCurrent(generation: 2))
    #expect(scene.plan().notices.contains { $0.text.contains("no effect any more") })
  }

  @Test func `a hold does not hold back enforcement`() {
    var scene = Scene(.http)
    scene.edit { $0.hold = Hold(until: Scene.now + 90 * Scene.day) }
    scene.observation.ratchet = .readable(
      Ratchet(firstSeen: Scene.now - 31 * Scene.day, enforcedSince: Scene.now))
    scene.observation.settings.dropInHasProtocol = true
    scene.stage()
    scene.progress.portsFree = 2
    scene.state.checked = 2
    #expect(scene.plan().step == .switchCurrent(generation: 2))
  }
}
