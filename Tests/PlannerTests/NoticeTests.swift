import Planner
import Testing

@Suite struct NoticeTests {
  @Test func aServiceThatIsWellHasNone() {
    var scene = Scene()
    #expect(scene.plan().notices.isEmpty)
    #expect(scene.plan().condition == .good)
  }

  @Test(arguments: [
    (UnitFacts.Activity.away, "systemd-away"), (.notFound, "unit-not-found"),
    (.masked, "unit-masked"), (.inactive, "unit-stopped"), (.failed, "unit-failed"),
  ])
  func theUnitIsSpokenOf(activity: UnitFacts.Activity, code: String) {
    var scene = Scene()
    scene.observation.unit.activity = activity
    #expect(scene.plan().codes == [code])
  }

  @Test func settingsThatNobodyAdoptedNameTheCommand() {
    var scene = Scene()
    scene.observation.adoption = nil
    let plan = scene.plan()
    #expect(plan.condition == .notAdopted)
    #expect(plan.notices.first?.text.contains("supervisord-ec adopt nginx.service") == true)
  }

  @Test func aRecordOfAdoptionThatDoesNotCountIsNamed() {
    var scene = Scene()
    scene.observation.adoption = nil
    scene.observation.adoptionProblem = "\"console.json\": written by a newer supervisord-ec"
    let notice = scene.plan().notices.first
    #expect(notice?.severity == .error)
    #expect(notice?.text.contains("written by a newer") == true)
  }

  @Test func anotherUnitInTheSettingsIsRefused() {
    var scene = Scene()
    scene.edit { $0.unit = "apache2.service" }
    #expect(scene.plan().codes == ["unit-differs"])
  }

  @Test func whatIsNotServedIsSaidUntilItIsServed() {
    var scene = Scene()
    scene.progress.served = .applied
    scene.perform(.failed("no answer"))
    #expect(scene.plan().codes.contains("served-differs"))
    scene.pass(Limits.firstRetry)
    #expect(scene.perform()?.kind == .probe)
    #expect(scene.plan().notices.isEmpty)
  }

  @Test func expiredSaysSo() {
    var scene = Scene()
    scene.observation.current?.certificate.notAfter = Scene.now
    #expect(scene.plan().codes.contains("expired"))
  }

  @Test func theNextWakeUpIsNeverFartherThanADay() {
    var scene = Scene(.https)
    #expect(scene.plan().wakeAt == Scene.now + Limits.longestSleep)
  }

  @Test func theWakeUpMeetsTheWindow() {
    var scene = Scene(.https)
    scene.observation.current?.certificate.notAfter = Scene.now + 30 * Scene.day + 100
    #expect(scene.plan().wakeAt == Scene.now + 100)
    scene.pass(100)
    #expect(scene.plan().wakeAt > scene.observation.clock.realtime)
  }
}
