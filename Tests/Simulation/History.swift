import Planner

/// One history of one service, drawn from a seed: the production planner over a simulated host.
///
/// It is made of numbered draws, each with randomness of its own, so that a history can be lived
/// again without some of them. After a burst everything is mended, and days later all must be well.
struct History {
  let seed: UInt64
  var random: SplitMix64
  var world: World
  var state = ServiceState()
  var progress = Progress()
  var ledger = NoticeLedger()
  var corruption: Corruption?
  var checkers: [any Checker] = Self.everyChecker
  /// What a checker found; ends the history.
  var verdict: Verdict?
  /// The numbers of the draws that were lived.
  private(set) var lived: [Int] = []
  var log: [String] = []
  /// How many lines of the log are kept; none makes a history faster.
  var loggedLines = 0
  var isPeaceful = false
  /// Whether an error stands, so that the daemon looks after others first.
  private(set) var isInTrouble = false
  var wakeAt: Seconds = 0
  /// The beginnings of the last lines of the log.
  var noted: [String] = []

  struct Verdict: Equatable {
    var checker: String
    var text: String
  }

  static var everyChecker: [any Checker] {
    [
      HTTPSStays(), PlainTextEnds(), GraceIsCounted(), ActionsAreNamed(), OneAtATime(),
      ActionsAreBounded(), HandsOff(), StoppedStays(), RefusedChangesNothing(),
      CurrentIsComplete(), LastChangeInForce(), TroubleIsTold(), NoticesAreTrue(), NoticesOnce(),
      AlwaysWakes(), CertificateLives(), DoubtIsSafe(), EventsAreTrue(), PlanIsExplained(),
      SleepIsLong(), BroughtIsServed(), NeverEarly(),
    ]
  }

  /// Long enough for windows, expiry and grace periods to come by themselves.
  static let longestPeace: Seconds = 90 * Limits.day
  /// Steps until the daemon must have come to rest.
  static let longestWork = 1000
  /// Longer than the longest pause after a roll-back and the longest doubt of the clock together.
  static let settlingTime: Seconds = 4 * Limits.day

  init(seed: UInt64, corruption: Corruption? = nil) {
    self.seed = seed
    random = SplitMix64(seed: seed)
    world = World(random: &random)
    self.corruption = corruption
  }

  /// Lives so many days, or only the draws `kept`; answers what a checker found.
  mutating func live(days: Int, kept: [Int]? = nil) -> Verdict? {
    let end = world.elapsed + days * Limits.day
    work()
    var next = 0
    while verdict == nil {
      if let kept {
        guard next < kept.count else { break }
        draw(kept[next])
      } else {
        guard world.elapsed < end else { break }
        draw(next)
      }
      next += 1
    }
    return verdict
  }

  /// One draw: something happens, and then a while passes.
  private mutating func draw(_ number: Int) {
    lived.append(number)
    var mixer = SplitMix64(seed: seed)
    random = SplitMix64(seed: mixer.next() ^ (UInt64(number) &* 0xD1B5_4A32_D192_ED03))
    isPeaceful = random.chance(140)
    guard !isPeaceful else { return recover() }
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<2: rest { $0.reboot(&$1) }
    case 2..<4: suspend()
    case 4..<6: upgrade()
    default: happen()
    }
    // Of ten events one is lost, one is told twice; the daemon finds out when it wakes.
    let luck = Int.random(in: 0..<10, using: &random)
    if luck != 0 { work() }
    if luck == 1 { work() }
    pass(gap())
  }

  private mutating func gap() -> Seconds {
    let longest = random.pick([5, 60, 3600, 6 * 3600, 2 * Limits.day])
    return Int.random(in: 1...longest, using: &random)
  }

  mutating func recover() {
    world.mend()
    note("— all is mended")
    tell(.outside)
    work()
    pass(Self.settlingTime)
    work()
    guard verdict == nil else { return }
    tellSettled()
    // Years are made of quiet times.
    pass(Int.random(in: 1...Self.longestPeace, using: &random))
  }

  // MARK: What happens

  mutating func happen() {
    let what = world.happen(&random)
    world.judgeClock()
    note("! \(what)")
    tell(.outside)
  }

  /// The host is off; the daemon starts anew with it.
  private mutating func rest(_ off: (inout World, inout SplitMix64) -> String) {
    // On the way down the daemon writes what time it is, unless the power failed.
    if random.chance(500) {
      Planner.lookAtClock(world.observation(state).clock, state: &state, progress: &progress)
      save(always: true)
    }
    let what = off(&world, &random)
    note("! \(what)")
    forget()
  }

  private mutating func suspend() {
    let what = world.suspend(&random)
    note("! \(what)")
    tell(.outside)
  }

  /// Another version is installed, and now and then the one before had known less.
  private mutating func upgrade() {
    note("! upgraded")
    let knewLess = random.chance(500)
    world.upgrade(knewLess: knewLess)
    if knewLess {
      var older = ServiceState()
      older.committed = world.savedState.committed
      older.checked = world.savedState.checked
      older.failure = world.savedState.failure
      older.lastAction = world.savedState.lastAction
      older.lastRealtimeSeen = world.savedState.lastRealtimeSeen
      older.lastValidSettings = world.savedState.lastValidSettings
      world.savedState = older
    }
    forget()
  }

  mutating func die() {
    note("! the daemon dies")
    world.lastDisturbed = world.elapsed
    forget()
    world.elapsed += Int.random(in: 1...600, using: &random)
    world.settle()
    if random.chance(200) { happen() }
  }

  mutating func forget() {
    progress = Progress()
    ledger = NoticeLedger()
    if world.faults.diskFails { world.isForgetful = true }
    state = world.savedState
    world.doubtAnew()
    world.told = nil
    tell(.crashed)
  }

  /// Time goes by; the daemon wakes when it wanted to, or when systemd tells of the unit.
  private mutating func pass(_ span: Seconds) {
    let end = world.elapsed + span
    while world.elapsed < end && verdict == nil {
      let news = [world.told?.until, world.pending?.at].compactMap { $0 }
        .filter { $0 > world.elapsed }.min()
      let next = min(wakeAt, news ?? wakeAt)
      world.elapsed = min(end, max(world.elapsed + 1, next))
      world.settle()
      if world.elapsed >= next { work() }
    }
  }

  // MARK: The daemon

  /// How a look of the daemon's at the service ended.
  enum Look: Equatable {
    case nothingIsDue
    case waits
    case acted(Step)
    case died(Step)
  }

  /// The daemon's loop: plan, perform, absorb, until nothing is due.
  private mutating func work() {
    for _ in 0..<Self.longestWork where verdict == nil {
      switch look(mayAct: true) {
      case .nothingIsDue, .waits: return
      case .acted: break
      case .died: die()
      }
    }
    guard verdict == nil else { return }
    verdict = Verdict(checker: "History", text: "the daemon never comes to rest")
  }

  /// Plans, and performs what is due, if the service may act now.
  mutating func look(mayAct: Bool) -> Look {
    world.settle()
    let observation = world.observation(state)
    let plan = ask(observation)
    tell(.planned(plan, observation, running: nil))
    say(plan, observation)
    save()
    isInTrouble = plan.notices.contains { $0.severity == .error }
    wakeAt = world.elapsed + plan.wakeAt - observation.clock.realtime
    guard let step = plan.step else {
      tell(.idle(plan, observation, state, progress))
      return .nothingIsDue
    }
    guard mayAct else { return .waits }
    tell(.begins(step))
    guard verdict == nil else { return .nothingIsDue }
    Planner.begin(step, progress: &progress)
    return perform(step, observation) ? .acted(step) : .died(step)
  }

  /// False: the daemon died on the way.
  private mutating func perform(_ step: Step, _ observation: Observation) -> Bool {
    let dies = !isPeaceful && random.chance(20) ? Int.random(in: 0..<5, using: &random) : 5
    if dies == 0 { return false }
    meanwhile()
    let servedBefore = world.serving
    var result = world.perform(step, isTorn: dies == 1, &random)
    corruption?.host(&world, step, &result)
    world.settle()
    if loggedLines > 0 { note("\(step.brief): \(result); ", world.summary) }
    if dies <= 2 { return false }
    let events = Planner.absorb(
      result, of: step, observation: observation, state: &state, progress: &progress)
    // After a step of ours systemd is asked anew.
    world.told = nil
    if dies == 3 { return false }
    save()
    tell(.ended(step, result, events, servedBefore: servedBefore))
    return dies != 4
  }

  /// While a step is under way the world goes on, and the planner may be asked.
  private mutating func meanwhile() {
    let isEvent = !isPeaceful && random.chance(30)
    if isEvent { happen() }
    guard isEvent || random.chance(100) else { return }
    let observation = world.observation(state)
    let plan = ask(observation)
    tell(.planned(plan, observation, running: progress.running))
    say(plan, observation)
  }

  mutating func ask(_ observation: Observation) -> Plan {
    corruption?.before(&state, &progress)
    var plan = Planner.plan(observation, state: &state, progress: &progress)
    corruption?.after(&plan, observation, progress)
    return plan
  }

  private mutating func say(_ plan: Plan, _ observation: Observation) {
    var entries = ledger.take(
      plan.notices, at: observation.clock.realtime, since: &state.noticesSince)
    corruption?.said(&entries)
    tell(.said(entries, plan.notices))
  }

  mutating func save(always: Bool = false) {
    guard !world.faults.diskFails, corruption?.saves ?? true else { return }
    guard always || state.isWorthSaving(over: world.savedState) else { return }
    world.savedState = state
  }

  mutating func tell(_ moment: Moment) {
    for index in checkers.indices where verdict == nil {
      guard let text = checkers[index].see(moment, in: world) else { continue }
      verdict = Verdict(checker: "\(type(of: checkers[index]))", text: text)
    }
  }

  /// Only the last of equal lines is kept, also of two that take turns: retries go on for weeks.
  mutating func note(_ line: String, _ details: String = "") {
    guard loggedLines > 0 else { return }
    let brief = String(line.prefix(30))
    if let same = noted.lastIndex(of: brief) {
      log.remove(at: log.count - noted.count + same)
      noted.remove(at: same)
    }
    noted.append(brief)
    if noted.count > 4 { noted.removeFirst() }
    let doubt = progress.clock.doubt.map { " in doubt until \($0.until - world.boottime) s" } ?? ""
    let wrong = world.wrongSince.map { " wrong for \(world.elapsed - $0) s" } ?? ""
    log.append("\(Timestamp.spanText(world.elapsed)): \(line)\(details)\(doubt)\(wrong)")
    if log.count > loggedLines { log.removeFirst() }
  }
}
