public import Generations
public import Planner

internal import Files
internal import Systemd

/// The hands of one service: asks the planner, performs the one step it names, tells what stands.
///
/// No policy: what to do, and whether, is the planner's.
public final class ServiceCoordinator {
  /// The service's name.
  public let name: String
  /// What the planner said last.
  public private(set) var plan: Plan?
  private let performer: Performer
  private let announcer: Announcer
  private let store: ServiceStore
  private let paths: HostPaths
  private let onFinish: (Step) -> Void
  private var state = ServiceState()
  private var progress = Progress()
  private var saved: ServiceState?
  private var saveProblem: FileError?
  private var saveAgain = Retry()
  private var statusProblem: String?
  private var statusAgain = Retry()
  private var ledger = NoticeLedger()
  /// What went wrong and may be said, with what to do, by a notice of the next plan.
  private var unsaid: [(event: Event, observation: Observation)] = []
  private var lastReport: StatusReport?
  private var reaction = Reaction()

  /// Coordinates `name`; `onFinish` is called after each step, with it, to look again.
  public init(
    name: String, paths: HostPaths, performer: Performer, announcer: Announcer,
    onFinish: @escaping (Step) -> Void
  ) {
    self.name = name
    self.paths = paths
    self.performer = performer
    self.announcer = announcer
    self.onFinish = onFinish
    store = ServiceStore(root: paths.state, name: name)
    load()
  }

  /// What is remembered, for the next observation.
  public var memory: ServiceState { state }
  /// Whether a step is under way.
  public var isBusy: Bool { running != nil }
  /// The step under way.
  public var running: Step? { progress.running }

  /// Whether the clock is not believed at the moment.
  public var isClockInDoubt: Bool { progress.clock.doubt != nil }

  /// When to look again at the latest; nil: whenever something happens.
  public private(set) var wakeAt: UnixSeconds?

  /// A change outside was seen; how soon a job follows from it is told with what is served then.
  public func saw(changeAt microseconds: UInt64) { reaction.saw(at: microseconds) }

  /// Waits no longer to write what could not be written: somebody asks for a look at everything.
  public func lookAnew() {
    saveAgain.succeeded()
    statusAgain.succeeded()
  }

  /// Asks the planner; performs its step unless one is under way or `mayAct` is false.
  public func consider(_ observation: Observation, origins: [String: String], mayAct: Bool) {
    let plan = Planner.plan(observation, state: &state, progress: &progress)
    self.plan = plan
    tell(plan, observation, origins: origins)
    let wasUnsaved = saveProblem != nil
    save(observation)
    // Nobody looks again because of our own write, so what came or is over is told now.
    if wasUnsaved != (saveProblem != nil) { tell(plan, observation, origins: origins) }
    let clock = observation.clock
    let retries = [saveAgain.at, statusAgain.at].compactMap(\.self).map {
      clock.realtime + max(1, $0 - clock.boottime)
    }
    wakeAt = (retries + [plan.wakeAt].compactMap(\.self)).min()
    if plan.step == nil && progress.running == nil { reaction.nothingFollows() }
    guard let step = plan.step, mayAct, progress.running == nil else { return }
    Planner.begin(step, progress: &progress)
    performer.perform(step, adoption: observation.adoption, observation: observation) {
      [weak self] result in
      self?.finished(step, result, observation)
    }
    // The call is sent by now.
    if step.isJob { reaction.called(at: Systemd.Clock.boottimeMicroseconds()) }
  }

  private func finished(_ step: Step, _ result: StepResult, _ observation: Observation) {
    let events = Planner.absorb(
      result, of: step, observation: observation, state: &state, progress: &progress)
    for event in events {
      if event.reason == nil {
        let reacted = event.code == .committed ? reaction.end() : nil
        announcer.announce(
          event, service: name, observation: observation, reactedMicroseconds: reacted)
      } else {
        unsaid.append((event, observation))
      }
    }
    // What was done must be remembered, so this is tried also while an earlier write is put off.
    save(observation, atOnce: true)
    onFinish(step)
  }

  // MARK: Telling

  private func tell(_ plan: Plan, _ observation: Observation, origins: [String: String]) {
    var notices = plan.notices
    if let saveProblem {
      let next =
        saveProblem.isNewerRecord
        ? "until then HTTPS and certificate are kept, but nothing new is remembered"
        : "free space or mend the folder; it is tried again by itself"
      notices.append(
        Notice(
          code: "state-not-written", severity: .error,
          text: "what must be remembered could not be written: \(saveProblem); \(next)"))
    }
    announceChanges(notices, observation)
    let report = StatusReport(
      name: name, observation: observation, state: state, plan: plan, notices: notices,
      origins: origins)
    // The wake-up alone moves with every look and is no news.
    var comparable = report
    comparable.plan.wakeAt = lastReport?.plan.wakeAt
    guard comparable != lastReport, statusAgain.isDue(observation.clock.boottime) else { return }
    do throws(FileError) {
      try StatusFile.write(report, to: paths.status(of: name))
      lastReport = report
      statusProblem = nil
      statusAgain.succeeded()
    } catch {
      statusAgain.failed(observation.clock.boottime)
      let text = "\(error)"
      if text != statusProblem { announcer.trouble("status-not-written", text, service: name) }
      statusProblem = text
    }
  }

  /// Each notice is said once when it comes and once when it goes.
  ///
  /// An event is left out if a notice gives the same reason: one line for one thing.
  private func announceChanges(_ notices: [Notice], _ observation: Observation) {
    for (event, observation) in unsaid {
      let isSaid = notices.contains { $0.text.contains(event.reason ?? event.text) }
      if !isSaid { announcer.announce(event, service: name, observation: observation) }
    }
    unsaid = []
    let codes = Set(notices.map(\.code))
    let now = observation.clock.realtime
    for entry in ledger.take(notices, at: now, since: &state.noticesSince) {
      switch entry {
      case .raised(let notice):
        announcer.raise(notice, service: name, observation: observation)
      case .cleared(let code):
        if NoticeEnd.isContinued(code, by: codes) { continue }
        announcer.clear(code, service: name, observation: observation)
      }
    }
  }

  // MARK: Remembering

  private func load() {
    do throws(FileError) {
      saved = try store.readState(ServiceState.self)
      state = saved ?? ServiceState()
    } catch {
      // A newer form is left untouched by `save`, and a notice says so.
      guard !error.isNewerRecord else {
        saveProblem = error
        return
      }
      announcer.trouble(
        "state-unreadable",
        "\(error); what was remembered is found out again by probing, nothing needs to be done",
        service: name)
    }
  }

  private func save(_ observation: Observation, atOnce: Bool = false) {
    guard observation.adoption != nil || saved != nil else { return }
    let boottime = observation.clock.boottime
    guard state.isWorthSaving(over: saved), atOnce || saveAgain.isDue(boottime) else { return }
    write(boottime, atOnce: atOnce)
  }

  /// Writes down what time it is: how long the machine was off is judged by that at its next start.
  public func remember(_ clock: ClockFacts) {
    guard saved != nil else { return }
    Planner.lookAtClock(clock, state: &state, progress: &progress)
    guard saved != state else { return }
    write(clock.boottime, atOnce: true)
  }

  private func write(_ boottime: Seconds, atOnce: Bool) {
    do throws(FileError) {
      let lock = try store.lock()
      try store.writeState(state)
      _ = consume lock
      saved = state
      saveProblem = nil
      saveAgain.succeeded()
    } catch {
      saveProblem = error
      // What was tried out of turn does not put the next turn off.
      if !atOnce || saveAgain.at == nil { saveAgain.failed(boottime) }
    }
  }
}
