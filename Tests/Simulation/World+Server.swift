import Planner

extension World {
  private var onDisk: GenerationFacts? { current.flatMap { generations[$0] } }

  /// Whether the server could open what the generation names.
  private func accepts(_ generation: GenerationFacts) -> Bool {
    !faults.serverRefuses
      && faults.foreignPorts.isDisjoint(with: Server.claims(generation.listen).keys)
  }

  /// `systemctl start`, by whomever: preparation first, then the server; answers whether it runs.
  mutating func startUnit() -> Bool {
    guard !faults.isMasked, !faults.isStuck else { return false }
    pending = nil
    if !faults.preparationFails { prepare() }
    run += 1
    guard let generation = onDisk, accepts(generation) else {
      activity = .failed
      serving = nil
      return false
    }
    activity = .active
    serving = generation
    return true
  }

  mutating func stopUnit() {
    guard !faults.isStuck else { return }
    pending = nil
    activity = .inactive
    serving = nil
  }

  /// A slow job comes to its end, if it is time.
  mutating func settle() {
    judgeClock()
    guard let job = pending, job.at <= elapsed else { return }
    pending = nil
    if job.isRestart { _ = startUnit() } else { _ = reloadUnit() }
  }

  /// What the helpers `prepare` and `stage` see: the disk, but neither bus nor time service.
  var helperView: Observation {
    var seen = observation(savedState)
    seen.unit = UnitFacts(activity: .unknown)
    seen.clock.synchronised = nil
    return seen
  }

  /// `supervisord-ec prepare`: no daemon, no bus; the production decision.
  private mutating func prepare() {
    let seen = helperView
    let isTaken = Planner.claims(seen).contains { faults.foreignPorts.contains($0.port) }
    switch Planner.preparation(seen, state: savedState, portsTaken: isTaken) {
    case .nothing: break
    case .switchTo(let number): if !faults.diskFails { current = number }
    case .stage(let order):
      let isPossible = !faults.stageFails && !faults.diskFails && isBroughtThere(order)
      if isPossible { current = write(order) }
    }
  }

  /// As nginx does it: what it cannot open it does not tell, and serves on as before.
  mutating func reloadUnit() -> Bool {
    guard activity == .active, !reloadServes.isEmpty, !faults.serverRefuses, !faults.isStuck,
      let generation = onDisk
    else { return false }
    let isServed =
      serving.map { Server.reloads(from: $0, to: generation, serves: reloadServes) } ?? true
    if isServed && accepts(generation) { serving = generation }
    return true
  }

  func answers(_ number: Int) -> Bool {
    guard activity == .active, let serving, let generation = generations[number] else {
      return false
    }
    return serving.listen == generation.listen
      && serving.certificate.sha256 == generation.certificate.sha256
      && faults.deafPorts.isDisjoint(with: Server.claims(serving.listen).keys)
  }
}

extension World {
  /// Whether for so long nothing was wrong and nobody touched anything, so that what is due must be
  /// done by now.
  func isWell(for span: Seconds) -> Bool {
    faults == Faults() && elapsed - lastDisturbed > span && draft.health == .valid
      && activity == .active && wrongSince == nil && pending == nil && draft.settings.hold == nil
  }
}
