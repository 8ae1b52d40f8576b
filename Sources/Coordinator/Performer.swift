internal import Files
internal import FoundationEssentials
public import Generations
public import Planner
internal import Settings
public import Systemd

/// Performs one step and reports how it ended.
///
/// It has no policy and remembers nothing.
public final class Performer {
  let loop: EventLoop
  let manager: Manager
  let paths: HostPaths
  /// By service: several are probed at once.
  private var probes: [String: GenerationProbe] = [:]

  /// A unit of ours that stages or checks may take so long.
  private static let helperTimeout = 90
  /// A job of the supervised unit may take so long; systemd's own limits come first.
  private static let jobTimeout = 180

  /// Acts through `manager`, below `paths`.
  public init(loop: EventLoop, manager: Manager, paths: HostPaths) {
    self.loop = loop
    self.manager = manager
    self.paths = paths
  }

  /// Begins `step`; `finish` gets its end exactly once, never from within this call.
  public func perform(
    _ step: Step, adoption: Adoption?, observation: Observation,
    finish: @escaping (StepResult) -> Void
  ) {
    if case .answer(let request, let done, let text) = step {
      return report(finish) { try self.answer(request, done: done, text: text) }
    }
    guard let adoption else { return report(finish) { throw Lost(reason: "it is not adopted") } }
    switch step {
    case .recordFirstSight, .enforce, .switchCurrent, .commit, .rollBack, .prune, .lookUpPorts,
      .answer:
      report(finish) { try self.now(step, adoption, observation) }
    case .stage(let order): stage(order, adoption, observation, finish)
    case .check: start("check", adoption, finish)
    case .readCalendar: start("calendar", adoption, finish)
    case .reload:
      manager.reload(unit: adoption.unit, timeoutSeconds: Self.jobTimeout) { outcome in
        finish(Self.result(of: outcome, adoption))
      }
    case .restart:
      restart(adoption, isRunning: observation.unit.activity == .active, finish)
    case .probe(let generation, let within):
      probe(generation, within: within, adoption, observation, finish)
    }
  }

  /// A step that cannot be performed, with its reason.
  struct Lost: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
  }

  /// Does something at once and reports it in the next turn of the loop.
  func report(_ finish: @escaping (StepResult) -> Void, _ work: () throws -> Void) {
    let result: StepResult
    do {
      try work()
      result = .done
    } catch {
      result = .failed("\(error)")
    }
    loop.post { finish(result) }
  }

  private func now(_ step: Step, _ adoption: Adoption, _ observation: Observation) throws {
    let store = ServiceStore(root: paths.state, name: adoption.name)
    switch step {
    case .recordFirstSight(let at):
      try record(adoption, Ratchet(firstSeen: at))
    case .enforce(let since, let writeRatchet, let writeDropIn, _):
      if writeRatchet { try record(adoption, Ratchet(enforcedSince: since)) }
      // The ratchet alone keeps HTTPS, so a drop-in that cannot be written does not undo the step.
      if writeDropIn {
        do { try recordInSettings(adoption.name) } catch  where writeRatchet {}
      }
    case .lookUpPorts(_, let claims):
      if let conflict = PortLookup.conflict(claims, unit: adoption.unit) {
        throw Lost(reason: conflict)
      }
    case .switchCurrent(let generation):
      let lock = try store.lock()
      try store.switchCurrent(to: generation)
      _ = consume lock
    case .rollBack(_, let to, _):
      let lock = try store.lock()
      try store.switchCurrent(to: to)
      _ = consume lock
    case .prune(let keep, let dropCandidate):
      let lock = try store.lock()
      if dropCandidate { try store.setCandidate(nil) }
      try store.prune(keeping: Set(keep))
      _ = consume lock
    case .commit, .readCalendar, .stage, .check, .reload, .restart, .probe, .answer: break
    }
  }

  private func record(_ adoption: Adoption, _ ratchet: Ratchet) throws {
    _ = try RatchetStore(root: paths.state).write(unit: adoption.unit, ratchet)
  }

  private func recordInSettings(_ name: String) throws {
    let path = "\(SettingsFolders(root: paths.root).etc)/\(name).toml.d/90-set.toml"
    let lock = try FileLock(
      paths.settingsLock, milliseconds: StoreLimits.lockMilliseconds, mode: 0o660)
    // What is there and cannot be read is never replaced: it may hold other settings.
    let before = try FileSystem.readIfThere(path, limit: SettingsLimits.fileBytes)
    let after = try settingDropIn(
      current: before, key: "channels.console.protocol", value: "https")
    try FileSystem.write(after, to: path, mode: 0o664)
    _ = consume lock
  }

  /// Starts a helper of ours, and reports how it ended.
  func start(
    _ kind: String, _ adoption: Adoption, _ finish: @escaping (StepResult) -> Void
  ) {
    let unit = "supervisord-ec-\(kind)@\(adoption.name).service"
    manager.startAndAsk(unit: unit, timeoutSeconds: Self.helperTimeout) { start in
      if case .refused(let error) = start.job {
        return finish(.noAnswer(Self.refusal(error, adoption)))
      }
      let result = Self.result(of: start.job, adoption)
      guard case .failed(let reason) = result else { return finish(result) }
      finish(
        .failed(start.status.isEmpty ? "\(reason); see: journalctl -u \(unit)" : start.status))
    }
  }

  /// Whoever stopped a running unit a moment ago wants it stopped: `RestartUnit` would start it.
  private func restart(
    _ adoption: Adoption, isRunning: Bool, _ finish: @escaping (StepResult) -> Void
  ) {
    let (unit, manager) = (adoption.unit, manager)
    let ended = { (outcome: JobOutcome) in finish(Self.result(of: outcome, adoption)) }
    guard isRunning else {
      return manager.restart(unit: unit, timeoutSeconds: Self.jobTimeout, completion: ended)
    }
    manager.tryRestart(unit: unit, timeoutSeconds: Self.jobTimeout) { outcome in
      // A rule of ours from before knows the other verb only.
      guard case .refused(let error) = outcome, Self.isRightMissing(error) else {
        return ended(outcome)
      }
      manager.restart(unit: unit, timeoutSeconds: Self.jobTimeout, completion: ended)
    }
  }

  private static func result(of outcome: JobOutcome, _ adoption: Adoption) -> StepResult {
    switch outcome {
    case .finished(let result):
      result == "done" ? .done : .failed(JobOutcome.reason(result))
    case .refused(let error): .failed(refusal(error, adoption))
    case .noAnswer(let reason): .noAnswer(reason)
    }
  }

  /// What polkit refuses is a missing rule of ours.
  private static func refusal(_ error: SystemdError, _ adoption: Adoption) -> String {
    guard isRightMissing(error) else { return "systemd refused: \(error.reason)" }
    return "polkit does not let us (\(error.reason)); repair the rule with: supervisord-ec adopt"
      + " \(adoption.unit) --profile \(adoption.profile) --name \(adoption.name)"
  }

  private static func isRightMissing(_ error: SystemdError) -> Bool {
    let words = ["AccessDenied", "InteractiveAuthorizationRequired"]
    return words.contains { error.name?.hasSuffix($0) ?? false }
  }

  private func probe(
    _ generation: Int, within: Seconds, _ adoption: Adoption, _ observation: Observation,
    _ finish: @escaping (StepResult) -> Void
  ) {
    // The probe asks for what is current now: preparation may have switched since the plan.
    let store = ServiceStore(root: paths.state, name: adoption.name)
    guard let facts = store.current() ?? observation.current else {
      return report(finish) { throw Lost(reason: "there is no current generation") }
    }
    do throws(SystemdError) {
      probes[adoption.name] = try GenerationProbe(
        facts, serverNames: adoption.serverNames, within: within, loop: loop
      ) { [weak self] problem in
        self?.probes[adoption.name] = nil
        finish(problem.map(StepResult.failed) ?? .done)
      }
    } catch {
      let reason = "\(error)"
      loop.post { finish(.failed(reason)) }
    }
  }

  private func answer(_ request: Request, done: Bool, text: String) throws {
    let reply = Reply(result: done ? "done" : "refused", text: text)
    let bytes = [UInt8](try JSONEncoder().encode(reply))
    try FileSystem.write(bytes, to: paths.reply(request.id), mode: 0o640, durable: false)
    try FileSystem.remove(paths.request(request.id))
  }

  private struct Reply: Encodable {
    var result: String
    var text: String
  }
}
