import Planner
import Testing

@Suite struct EnforcementTests {
  @Test func firstSightIsRecordedOnce() {
    var scene = Scene()
    scene.observation.ratchet = .readable(Ratchet())
    #expect(scene.plan().step == .recordFirstSight(at: Scene.now))
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now))
    #expect(scene.plan().step == nil)
  }

  @Test func firstSightWaitsForAUnit() {
    var scene = Scene()
    scene.observation.ratchet = .readable(Ratchet())
    scene.observation.unit.activity = .notFound
    #expect(scene.plan().step == nil)
  }

  @Test func firstSightInTheFutureIsMended() {
    var scene = Scene()
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now + 400 * Scene.day))
    #expect(scene.plan().step == .recordFirstSight(at: Scene.now))
  }

  @Test func theGracePeriodEndsToTheSecond() {
    var scene = Scene()
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - 30 * Scene.day + 1))
    #expect(scene.plan().step == nil)
    #expect(scene.plan().wakeAt == Scene.now + 1)
    scene.pass(1)
    #expect(scene.plan().step?.kind == .enforce)
  }

  @Test func theGracePeriodIsCapped() {
    var scene = Scene()
    scene.edit { $0.channels[0].plain?.enforceAfter = 1000 * Scene.day }
    scene.observation.ratchet = .readable(
      Ratchet(firstSeen: Scene.now - Limits.longestGracePeriod))
    #expect(scene.plan().step?.kind == .enforce)
  }

  @Test(arguments: [(15, nil), (14, 14), (8, 14), (7, 7), (3, 3), (1, 1)])
  func theDateIsAnnounced(daysLeft: Int, notice: Int?) {
    var scene = Scene()
    scene.observation.ratchet = .readable(
      Ratchet(firstSeen: Scene.now - (30 - daysLeft) * Scene.day))
    let expected = notice.map { "enforcement-soon-\($0)d" }
    #expect(scene.plan().codes.first { $0.hasPrefix("enforcement") } == expected)
  }

  @Test func theRatchetIsWrittenBeforeAnythingActsOnIt() {
    var scene = Scene()
    scene.edit { $0.channels[0].plain?.wanted = .https }
    guard case .enforce(_, true, true, _) = scene.plan().step else {
      Issue.record("not enforced first: \(String(describing: scene.plan().step))")
      return
    }
    #expect(scene.plan().wanted?.consoleProtocol == .http)
  }

  @Test func aRatchetThatCannotBeWrittenIsTriedAgainLater() {
    var scene = Scene()
    scene.edit { $0.channels[0].plain?.wanted = .https }
    #expect(scene.perform(.failed("no space left"))?.kind == .enforce)
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.codes.contains("ratchet-not-written"))
    #expect(plan.wakeAt == Scene.now + Limits.ratchetRetry)
  }

  @Test func theNoticeOfAnUnwrittenRatchetGoesWithItsCause() {
    var scene = Scene()
    scene.edit { $0.channels[0].plain?.wanted = .https }
    scene.perform(.failed("no space left"))
    scene.edit { $0.channels[0].plain?.wanted = .http }
    scene.pass(Limits.ratchetRetry)
    #expect(!scene.plan().codes.contains("ratchet-not-written"))
  }

  @Test func theDropInIsWrittenOnceUntilItIsRead() {
    var scene = Scene(.https)
    scene.observation.settings.dropInHasProtocol = false
    #expect(scene.perform()?.kind == .enforce)
    #expect(scene.plan().step == nil)
    scene.observation.settings.digest = "B"
    #expect(scene.plan().step?.kind == .enforce)
  }

  @Test func aDropInThatWasNotWrittenIsWrittenAgainAfterAPauseThatDoubles() {
    var scene = Scene(.https)
    scene.observation.settings.dropInHasProtocol = false
    for pause in [Limits.ratchetRetry, 2 * Limits.ratchetRetry, 4 * Limits.ratchetRetry] {
      #expect(scene.perform(.failed("read-only"))?.kind == .enforce)
      #expect(scene.plan().wakeAt == scene.observation.clock.realtime + pause)
      scene.pass(pause - 1)
      #expect(scene.plan().step == nil)
      scene.pass(1)
    }
    #expect(scene.perform()?.kind == .enforce)
  }

  @Test func anEditBackToHTTPHasNoEffectAndIsExplained() {
    var scene = Scene(.https)
    scene.edit { $0.channels[0].plain?.wanted = .http }
    scene.observation.settings.filesSayingHTTP = ["console.toml"]
    scene.observation.settings.mergedSaysHTTP = true
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.wanted?.consoleProtocol == .https)
    #expect(plan.notices.contains { $0.code == "revert-refused" && $0.severity == .warning })
  }

  @Test(arguments: [RatchetFacts.readable(Ratchet()), .unreadable("damaged")])
  func aLostRatchetDoesNotBringHTTPBack(ratchet: RatchetFacts) {
    var scene = Scene(.https)
    scene.edit { $0.channels[0].plain?.wanted = .http }
    scene.observation.ratchet = ratchet
    scene.observation.lastGood = nil
    scene.state = ServiceState()
    scene.observation.unit.activity = .inactive
    #expect(scene.plan().wanted?.consoleProtocol == .https)
  }

  @Test func aDamagedHTTPSGenerationIsNotRolledBackToHTTP() {
    var scene = Scene(.https)
    scene.observation.lastGood = Scene.generation(1, Scene.listen(Scene.settings(), .http))
    scene.observation.current = Scene.generation(3, Scene.listen(Scene.settings(), .https))
    scene.state.committed = [1, 2]
    scene.observation.unit.activity = .failed
    #expect(scene.plan().step == nil)
  }

  @Test func aRecordThatIsSaidToBeWrittenAndIsNotThereIsNotWrittenInALoop() {
    var scene = Scene()
    scene.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - 90 * Scene.day))
    var written = 0
    for _ in 0..<60 {
      written += scene.perform()?.kind == .enforce ? 1 : 0
      scene.pass(1)
    }
    #expect((1...15).contains(written))
  }
}
