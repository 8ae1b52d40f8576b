import Planner

extension World {
  /// What the coordinator does, as the host takes it.
  ///
  /// `isTorn`: the daemon dies in the middle, so that only a part is done.
  mutating func perform(_ step: Step, isTorn: Bool, _ random: inout SplitMix64) -> StepResult {
    switch step {
    case .reload, .restart: return job(step, &random)
    case .probe(let generation, let within):
      let isGood = answers(generation)
      elapsed += isGood ? 1 : within
      return isGood ? .done : .failed("no channel answers with generation \(generation)")
    case .stage:
      elapsed += 3
      guard !faults.stageFails && !faults.diskFails else { return .failed("no space left") }
      // The helper is not told what to make: it looks for itself and must come to the same.
      guard let order = Planner.stageOrder(helperView, state: savedState) else { return .done }
      guard isBroughtThere(order) else { return .failed("the import is not there") }
      let number = write(order)
      if !isTorn { candidate = number }
      return .done
    case .lookUpPorts(_, let claims):
      elapsed += 1
      let taken = claims.first { faults.foreignPorts.contains($0.port) }
      return taken.map { .failed("port \($0.port) is held by \"other\"") } ?? .done
    case .check:
      elapsed += 2
      return faults.serverRefuses ? .failed("nginx: [emerg]") : .done
    case .answer, .commit, .enforce, .prune, .readCalendar, .recordFirstSight, .rollBack,
      .switchCurrent:
      elapsed += 1
      return faults.diskFails ? .failed("read-only file system") : write(step, isTorn: isTorn)
    }
  }

  /// Whether the certificate that others issued is on disk, if one is asked for.
  func isBroughtThere(_ order: StageOrder) -> Bool {
    guard order.newCertificate, order.certificate.source.isBrought else { return true }
    return order.certificate.imported.flatMap { brought.kept[$0] } != nil
  }

  /// A job of systemd's, which may lie or take longer than anybody waits.
  private mutating func job(_ step: Step, _ random: inout SplitMix64) -> StepResult {
    let isRestart = step == .restart
    if faults.systemdAway { return .noAnswer("systemd does not answer") }
    if isRestart && faults.isMasked { return .failed("the unit is masked") }
    if faults.jobsAreSlow && random.chance(500) {
      elapsed += 180
      let job = Pending(
        at: elapsed + Int.random(in: 1...600, using: &random), isRestart: isRestart)
      if isRestart { stopUnit() }
      pending = job
      return .noAnswer("timed out")
    }
    elapsed += isRestart ? 2 : 1
    // A lie: it did not happen though it is said to, or it did though not, or nobody answers.
    let lies: [(Bool, StepResult?)] = [
      (false, .done), (true, .failed("lie")), (true, .noAnswer("lie")), (false, .noAnswer("lie")),
    ]
    let isLie = faults.jobsLie && random.chance(500)
    let (happens, said): (Bool, StepResult?) = isLie ? random.pick(lies) : (true, nil)
    let isDone = happens && (isRestart ? startUnit() : reloadUnit())
    return said ?? (isDone ? .done : .failed("the job failed"))
  }

  private mutating func write(_ step: Step, isTorn: Bool) -> StepResult {
    switch step {
    case .recordFirstSight(let at): ratchet.firstSeen = at
    case .enforce(let since, let writeRatchet, let writeDropIn, _):
      if writeRatchet { ratchet.enforcedSince = since }
      guard writeDropIn, !isTorn else { break }
      if faults.dropInUnwritable { return .failed("permission denied") }
      dropInHasProtocol = true
    case .switchCurrent(let generation):
      guard generations[generation] != nil else { return .failed("it is gone") }
      current = generation
    case .rollBack(_, let to, _):
      guard generations[to] != nil else { return .failed("it is gone") }
      current = to
    case .readCalendar(let expression):
      calendar = CalendarFacts(
        expression: expression, starts: starts(expression), readAt: realtime)
    case .prune(let keep, let dropCandidate):
      if dropCandidate { candidate = nil }
      guard !isTorn else { break }
      // A start meanwhile may have switched: the store never removes what its links name.
      let linked = [current, candidate].compactMap { $0 }
      generations = generations.filter { keep.contains($0.key) || linked.contains($0.key) }
      damaged = []
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
      .restart, .probe, .commit, .rollBack, .prune:
      "\(self)"
    }
  }
}
