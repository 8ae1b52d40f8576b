import Planner

/// One history of one service, drawn from a seed: the production planner over a simulated host.
///
/// Trouble comes in bursts. After each burst everything is mended, and days later all must be well.
struct Simulation {
  var random: SplitMix64
  var world: World
  var state = ServiceState()
  var progress = Progress()
  var corruption: Corruption?
  var checkers: [any Checker] = [
    HTTPSStays(), ActionsAreNamed(), OneAtATime(), RefusedChangesNothing(), LastChangeInForce(),
    TroubleIsTold(), AlwaysWakes(), NoLoops(), CertificateLives(),
  ]
  /// What a checker found; ends the history.
  var verdict: Verdict?
  var isPeaceful = false
  private var wakeAt: Seconds = 0
  private var lastNoted = ""
  private(set) var log: [String] = []

  struct Verdict {
    var checker: String
    var text: String
  }

  static let loggedEvents = 40
  /// Long enough for windows, expiry and grace periods to come by themselves.
  static let longestPeace: Seconds = 90 * Limits.day
  /// Steps until the daemon must have come to rest.
  static let longestWork = 1000
  /// Longer than the longest pause after a roll-back and the longest doubt of the clock together.
  static let settlingTime: Seconds = 4 * Limits.day

  init(seed: UInt64, corruption: Corruption? = nil) {
    random = SplitMix64(seed: seed)
    world = World(random: &random)
    self.corruption = corruption
  }

  /// Lives so many days; answers what a checker found.
  mutating func live(days: Int) -> Verdict? {
    let end = world.boottime + days * Limits.day
    work()
    while world.boottime < end && verdict == nil {
      isPeaceful = false
      for _ in 0..<Int.random(in: 1...12, using: &random) where verdict == nil {
        happen()
        // One event in ten is lost; the daemon finds out when it wakes.
        if !random.chance(100) { work() }
        pass(gap())
      }
      settle()
    }
    return verdict
  }

  private mutating func gap() -> Seconds {
    let longest = random.pick([5, 60, 3600, 6 * 3600, 2 * Limits.day], else: 60)
    return Int.random(in: 1...longest, using: &random)
  }

  private mutating func settle() {
    isPeaceful = true
    world.mend()
    note("— all is mended")
    tell(.outside)
    work()
    pass(Self.settlingTime)
    work()
    guard verdict == nil else { return }
    let observation = world.observation(state)
    let plan = ask(observation)
    tell(.settled(plan, observation, state))
    // Years are made of quiet times.
    pass(Int.random(in: 1...Self.longestPeace, using: &random))
  }

  mutating func happen() {
    let what = world.happen(&random)
    note("! \(what)")
    tell(.outside)
  }

  /// Time goes by; the daemon wakes when it wanted to.
  private mutating func pass(_ span: Seconds) {
    let end = world.boottime + span
    while world.boottime < end && verdict == nil {
      world.boottime = min(end, max(world.boottime + 1, wakeAt))
      if world.boottime >= wakeAt { work() }
    }
  }

  /// The daemon's loop: plan, perform, absorb, until nothing is due.
  private mutating func work() {
    for _ in 0..<Self.longestWork where verdict == nil {
      let observation = world.observation(state)
      let plan = ask(observation)
      tell(.planned(plan, observation, running: nil))
      guard let step = plan.step else {
        wakeAt = world.boottime + plan.wakeAt - observation.clock.realtime
        save()
        tell(.idle(plan, observation, state, progress))
        return
      }
      tell(.begins(step))
      guard verdict == nil else { return }
      Planner.begin(step, progress: &progress)
      if !perform(step, observation) { die() }
    }
    guard verdict == nil else { return }
    verdict = Verdict(checker: "Simulation", text: "the daemon never comes to rest")
  }

  /// False: the daemon died on the way.
  private mutating func perform(_ step: Step, _ observation: Observation) -> Bool {
    let dies = !isPeaceful && random.chance(20) ? Int.random(in: 0..<4, using: &random) : 4
    if dies == 0 { return false }
    meanwhile()
    let servedBefore = world.serving
    let result = world.perform(step, &random)
    note("\(step.brief): \(result); ", world.summary)
    if dies == 1 { return false }
    _ = Planner.absorb(
      result, of: step, observation: observation, state: &state, progress: &progress)
    if dies == 2 { return false }
    save()
    tell(.ended(step, result, servedBefore: servedBefore))
    return dies != 3
  }

  /// While a step is under way the world goes on, and the planner may be asked.
  private mutating func meanwhile() {
    let isEvent = !isPeaceful && random.chance(30)
    if isEvent { happen() }
    guard isEvent || random.chance(100) else { return }
    let observation = world.observation(state)
    let plan = ask(observation)
    tell(.planned(plan, observation, running: progress.running))
  }

  private mutating func die() {
    note("! the daemon dies")
    world.lastDisturbed = world.boottime
    progress = Progress()
    state = world.savedState
    tell(.crashed)
    world.boottime += Int.random(in: 1...600, using: &random)
    if random.chance(200) { happen() }
  }

  private mutating func save() {
    if !world.faults.diskFails { world.savedState = state }
  }

  private mutating func ask(_ observation: Observation) -> Plan {
    corruption?.before(&state, &progress)
    var plan = Planner.plan(observation, state: &state, progress: &progress)
    corruption?.after(&plan, observation, progress)
    return plan
  }

  private mutating func tell(_ moment: Moment) {
    for index in checkers.indices where verdict == nil {
      guard let text = checkers[index].see(moment, in: world) else { continue }
      verdict = Verdict(checker: "\(type(of: checkers[index]))", text: text)
    }
  }

  /// Only the last of equal lines is kept: retries go on for weeks.
  private mutating func note(_ line: String, _ details: String = "") {
    if line == lastNoted { log.removeLast() }
    lastNoted = line
    log.append("\(world.boottime) \(line)\(details)")
    if log.count > Self.loggedEvents { log.removeFirst() }
  }
}
