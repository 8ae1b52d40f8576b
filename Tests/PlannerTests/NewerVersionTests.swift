import Planner
import Testing

/// What an older program does with what a newer one wrote: nothing.
@Suite struct NewerVersionTests {
  static func scene() -> Scene {
    var scene = Scene(.https)
    scene.movePort()
    scene.observation.current = nil
    scene.observation.newerCurrent = "\"manifest.json\": written by a newer supervisord-ec"
    return scene
  }

  @Test func nothingIsDoneAndTheReasonStands() {
    var scene = Self.scene()
    let plan = scene.plan()
    #expect(plan.step == nil)
    #expect(plan.upcoming.isEmpty)
    #expect(plan.condition == .blocked)
    #expect(plan.codes.contains("newer-generation"))
  }

  @Test func helpersDoNothingEither() {
    let scene = Self.scene()
    #expect(Planner.stageOrder(scene.observation, state: scene.state) == nil)
    let preparation = Planner.preparation(
      scene.observation, state: scene.state, portsTaken: false)
    #expect(preparation == .nothing)
  }

  @Test func aRequestIsAnsweredWithTheReason() {
    var scene = Self.scene()
    scene.ask(.renew)
    guard case .answer(_, let isDone, let text) = scene.plan().step else {
      Issue.record("no answer")
      return
    }
    #expect(!isDone && text.contains("newer"))
  }
}
