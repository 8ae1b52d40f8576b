import Planner

extension World {
  /// What the coordinator does, as the host takes it.
  mutating func perform(_ step: Step, _ random: inout SplitMix64) -> StepResult {
    let lies = faults.jobsLie && random.chance(500)
    // A lie: it did not happen though it is said to, or it did though not, or nobody answers.
    let (happens, said): (Bool, StepResult?) =
      lies
      ? random.pick(
        [
          (false, .done), (true, .failed("lie")), (true, .noAnswer("lie")),
          (false, .noAnswer("lie")),
        ],
        else: (true, nil)) : (true, nil)
    switch step {
    case .reload:
      boottime += 1
      let isDone = happens ? reloadUnit() : false
      return said ?? (isDone ? .done : .failed("the reload failed"))
    case .restart:
      boottime += 2
      let isDone = happens ? startUnit() : false
      return said ?? (isDone ? .done : .failed("the start failed"))
    case .probe(let generation, let within):
      let isGood = answers(generation)
      boottime += isGood ? 1 : within
      return isGood ? .done : .failed("no channel answers with generation \(generation)")
    case .stage:
      boottime += 3
      guard !faults.stageFails && !faults.diskFails else { return .failed("no space left") }
      // The helper is not told what to make: it looks for itself and must come to the same.
      if let order = Planner.stageOrder(helperView, state: savedState) { _ = write(order) }
      return .done
    case .lookUpPorts(_, let claims):
      boottime += 1
      let taken = claims.first { faults.foreignPorts.contains($0.port) }
      return taken.map { .failed("port \($0.port) is held by \"other\"") } ?? .done
    case .check:
      boottime += 2
      return faults.serverRefuses ? .failed("nginx: [emerg]") : .done
    case .answer, .commit, .enforce, .prune, .readCalendar, .recordFirstSight, .rollBack,
      .switchCurrent:
      boottime += 1
      return faults.diskFails ? .failed("read-only file system") : write(step)
    }
  }

  private mutating func write(_ step: Step) -> StepResult {
    switch step {
    case .recordFirstSight(let at): ratchet.firstSeen = at
    case .enforce(let since, let writeRatchet, let writeDropIn, _):
      if writeRatchet { ratchet.enforcedSince = since }
      guard writeDropIn else { break }
      if faults.dropInUnwritable { return .failed("permission denied") }
      dropInHasProtocol = true
    case .switchCurrent(let generation):
      guard generations[generation] != nil else { return .failed("it is gone") }
      current = generation
    case .rollBack(_, let to, _):
      guard generations[to] != nil else { return .failed("it is gone") }
      current = to
    case .readCalendar(let expression):
      // Every expression of this world means 03:00 UTC every day.
      let first = realtime / Limits.day * Limits.day + 3 * 3_600
      let days = 0...Limits.calendarMoments
      calendar = CalendarFacts(
        expression: expression,
        starts: days.map { first + $0 * Limits.day }.filter { $0 > realtime }, readAt: realtime)
    case .prune(let keep, let dropCandidate):
      if dropCandidate { candidate = nil }
      generations = generations.filter { keep.contains($0.key) || $0.key == current }
    case .answer(let request, _, _): requests.removeAll { $0.id == request.id }
    case .commit, .reload, .restart, .probe, .stage, .lookUpPorts, .check: break
    }
    return .done
  }
}

extension Step {
  /// For the log: orders are long.
  var brief: String {
    switch self {
    case .stage(let order):
      "stage \(order.newCertificate ? "with new certificate" : "") (\(order.why))"
    case .answer(let request, let done, let text): "answer \(request.id) \(done) \(text)"
    case .recordFirstSight, .enforce, .readCalendar, .lookUpPorts, .check, .switchCurrent, .reload,
      .restart,
      .probe, .commit, .rollBack, .prune:
      "\(self)"
    }
  }
}
