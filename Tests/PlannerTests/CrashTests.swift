import Planner
import Testing

/// The daemon dies at each step of a port change that a reload serves: never a restart.
@Suite struct CrashTests {
  /// Performs until the service is well; what was done.
  func finish(_ scene: inout Scene, serves: inout Int) -> [StepKind] {
    var kinds: [StepKind] = []
    for _ in 0..<20 {
      guard let step = scene.plan().step else { break }
      kinds.append(step.kind)
      Planner.begin(step, progress: &scene.progress)
      let result = act(step, &scene, &serves)
      _ = Planner.absorb(
        result, of: step, observation: scene.observation, state: &scene.state,
        progress: &scene.progress)
    }
    return kinds
  }

  /// A host where everything works; `serves` is the generation that the server has loaded.
  func act(_ step: Step, _ scene: inout Scene, _ serves: inout Int) -> StepResult {
    switch step {
    case .stage: scene.stage()
    case .switchCurrent: scene.switchToCandidate()
    case .reload: serves = scene.observation.current?.number ?? 0
    case .probe(let generation, _): return generation == serves ? .done : .failed("not served")
    case .prune(let keep, let dropCandidate):
      scene.observation.generationsOnDisk = keep
      if dropCandidate { scene.observation.candidate = nil }
    case .recordFirstSight, .enforce, .readCalendar, .lookUpPorts, .check, .restart, .commit,
      .rollBack, .answer:
      break
    }
    return .done
  }

  @Test(arguments: 0..<8, [false, true])
  func aPortChangeIsFinishedWithoutARestart(steps: Int, isDoneButNotAbsorbed: Bool) {
    var scene = Scene()
    var serves = 1
    scene.movePort()
    for _ in 0..<steps {
      guard let step = scene.plan().step else { break }
      Planner.begin(step, progress: &scene.progress)
      let result = act(step, &scene, &serves)
      _ = Planner.absorb(
        result, of: step, observation: scene.observation, state: &scene.state,
        progress: &scene.progress)
    }
    if isDoneButNotAbsorbed, let step = scene.plan().step { _ = act(step, &scene, &serves) }
    scene.crash()
    let kinds = finish(&scene, serves: &serves)
    #expect(!kinds.contains(.restart) && !kinds.contains(.rollBack))
    #expect(serves == 2 && scene.state.committed == [1, 2])
    #expect(scene.plan().step == nil)
  }

  @Test func anOwedStartSurvivesACrash() {
    var scene = Scene(reloadServes: [.certificate])
    scene.movePort()
    scene.stage()
    scene.switchToCandidate()
    scene.progress.served = .applied
    scene.progress.servedGeneration = 2
    scene.observation.unit.activity = .failed
    #expect(scene.perform()?.kind == .rollBack)
    scene.observation.candidate = scene.observation.current
    scene.observation.current = scene.observation.lastGood
    scene.crash()
    #expect(scene.perform() == .restart)
    scene.observation.unit = UnitFacts(activity: .active, invocation: "run 3")
    scene.perform()
    #expect(scene.state.restoring == nil)
  }

  @Test func aUnitThatFailedByItselfIsNotStarted() {
    var scene = Scene()
    scene.observation.unit.activity = .failed
    scene.crash()
    #expect(scene.plan().step == nil)
    #expect(scene.plan().condition == .failed)
  }

  @Test func aLostStateIsFoundOutByAProbe() {
    var scene = Scene()
    scene.state = ServiceState()
    scene.observation.lastGood = nil
    scene.crash()
    #expect(scene.perform()?.kind == .probe)
    #expect(scene.perform() == .commit(generation: 1))
  }
}
