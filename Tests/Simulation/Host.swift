import Planner

/// Several services under one daemon: clock, disk, systemd and the turns are shared, the rest is
/// each one's own.
///
/// A step takes its time in the world of its own service only, as the others go on meanwhile: the
/// service whose moment comes first is looked at next. What happens to the whole host happens to
/// each service at its next look.
struct Host {
  let seed: UInt64
  var random: SplitMix64
  var services: [History]
  var turns = Turns()
  var corruption: Corruption?
  /// The time (elapsed) that no service is behind.
  var now: Seconds
  /// When the step of each service that is under way ends.
  private var busyUntil: [Seconds?]
  private var waitingSince: [Seconds?]
  private(set) var verdict: History.Verdict?
  private(set) var lived: [Int] = []
  /// The longest anybody waited for a turn.
  private(set) var longestTurn: Seconds = 0

  /// Nobody waits longer for a turn than for a change or two of others, hanging jobs and probes
  /// left out: about twenty steps of three seconds.
  static let patience: Seconds = 60
  /// Whoever is in trouble waits behind some who are not.
  static let patienceInTrouble: Seconds = 300

  init(seed: UInt64, services count: Int, corruption: Corruption? = nil) {
    self.seed = seed
    self.corruption = corruption
    random = SplitMix64(seed: seed ^ 0x5851_F42D_4C95_7F2D)
    services = (0..<count).map { index in
      History(seed: seed &* 64 &+ UInt64(index), corruption: corruption)
    }
    for index in services.indices { services[index].world.isShared = true }
    now = services[0].world.elapsed
    busyUntil = services.map { _ in nil }
    waitingSince = services.map { _ in nil }
  }

  /// Lives so many days, or only the draws `kept`; answers what a checker found.
  mutating func live(days: Int, kept: [Int]? = nil) -> History.Verdict? {
    let end = now + days * Limits.day
    for index in services.indices { look(index) }
    var next = 0
    while verdict == nil {
      if let kept {
        guard next < kept.count else { break }
        draw(kept[next])
      } else {
        guard now < end else { break }
        draw(next)
      }
      next += 1
    }
    return verdict
  }

  private mutating func draw(_ number: Int) {
    lived.append(number)
    var mixer = SplitMix64(seed: seed ^ 0x2545_F491_4F6C_DD1D)
    random = SplitMix64(seed: mixer.next() ^ (UInt64(number) &* 0xD1B5_4A32_D192_ED03))
    for index in services.indices {
      services[index].random = SplitMix64(seed: random.next())
    }
    let isPeaceful = random.chance(100)
    for index in services.indices { services[index].isPeaceful = isPeaceful }
    guard !isPeaceful else { return recover() }
    if random.chance(150) { happenToAll() } else { happenToOne() }
    let longest = random.pick([5, 60, 600, 3600, Limits.day])
    pass(Int.random(in: 1...longest, using: &random))
  }

  private mutating func happenToOne() {
    if random.chance(50) { return hang() }
    let index = Int.random(in: services.indices, using: &random)
    services[index].happen()
    if busyUntil[index] == nil { services[index].wakeAt = now }
  }

  /// The jobs of all but one take minutes, and each is asked for a restart: the places of those
  /// that act at once are taken by what hangs.
  mutating func hang() {
    for index in services.indices {
      services[index].note("! all but one hang")
      services[index].world.faults.jobsAreSlow = index > 0
      services[index].world.ask(.restart)
      services[index].world.lastDisturbed = services[index].world.elapsed
      services[index].tell(.outside)
      if busyUntil[index] == nil { services[index].wakeAt = now }
    }
  }

  private mutating func happenToAll() {
    let what = Int.random(in: 0..<8, using: &random)
    let draws = random
    _ = random.next()
    for index in services.indices {
      // Each draws the same, as it is one host.
      var same = draws
      services[index].happenToHost(what, &same)
    }
    if what < 2 { forgetTurns() }
    // Nobody is held up by a host that sleeps.
    let later = services.map(\.world.elapsed).max() ?? now
    for index in services.indices {
      waitingSince[index] = waitingSince[index].map { $0 + later - now }
      services[index].wakeAt = later
    }
    now = later
  }

  /// The daemon died or the host was off: whatever was under way is not any more.
  private mutating func forgetTurns() {
    turns = Turns()
    for index in services.indices { (busyUntil[index], waitingSince[index]) = (nil, nil) }
  }

  /// All is mended, and days later every service must be well.
  private mutating func recover() {
    for index in services.indices {
      services[index].world.mend()
      services[index].note("— all is mended")
      services[index].tell(.outside)
      services[index].wakeAt = now
    }
    pass(History.settlingTime)
    for index in services.indices where verdict == nil {
      services[index].tellSettled()
      verdict = services[index].verdict
    }
    pass(Int.random(in: 1...History.longestPeace, using: &random))
  }

  // MARK: The daemon

  /// Time goes by: whoever is done, or wanted to wake, is looked at; then whoever waits for a turn.
  mutating func pass(_ span: Seconds) {
    let end = now + span
    while verdict == nil {
      let moments = services.indices.map { moment($0) }
      let pause = turns.pause(now: turnTime).map { now + $0 }
      let next = min(moments.min() ?? end, pause ?? end)
      guard next < end else { break }
      now = max(now + (next > now ? 0 : 1), next)
      for index in services.indices where moment(index) <= now && verdict == nil {
        if busyUntil[index] != nil { turns.stepEnded(name(index), now: turnTime) }
        busyUntil[index] = nil
        look(index)
      }
      while verdict == nil, let name = turns.next(now: turnTime), let index = Int(name) {
        look(index)
      }
    }
    now = max(now, end)
  }

  /// When a service is looked at next: at the end of its step, when it wanted to wake, or when
  /// systemd tells of the unit.
  private func moment(_ index: Int) -> Seconds {
    if let end = busyUntil[index] { return end }
    let world = services[index].world
    let news = [world.told?.until, world.pending?.at].compactMap { $0 }
      .filter { $0 > world.elapsed }.min()
    return min(services[index].wakeAt, news ?? .max)
  }

  /// The clock that turns are counted by.
  private var turnTime: Seconds { corruption?.turnsAreEndless ?? false ? 0 : now }

  private mutating func look(_ index: Int) {
    let name = name(index)
    guard busyUntil[index] == nil else { return }
    services[index].world.elapsed = max(services[index].world.elapsed, now)
    let mayAct = turns.mayAct(name, now: turnTime)
    let outcome = services[index].look(mayAct: mayAct)
    verdict = verdict ?? services[index].verdict
    let isInTrouble = services[index].isInTrouble
    switch outcome {
    case .nothingIsDue:
      waitingSince[index] = nil
      turns.note(name, acting: nil, isWaiting: false, isInTrouble: isInTrouble, now: turnTime)
    case .waits:
      waitingSince[index] = waitingSince[index] ?? now
      services[index].wakeAt = .max
      turns.note(name, acting: nil, isWaiting: true, isInTrouble: isInTrouble, now: turnTime)
    case .acted(let step), .died(let step):
      hadItsTurn(index)
      turns.note(
        name, acting: step.cost, isWaiting: true, isInTrouble: isInTrouble, now: turnTime)
      busyUntil[index] = services[index].world.elapsed
      if case .died = outcome { die() }
    }
  }

  /// The checker of the whole host: one that is in trouble never holds up another.
  private mutating func hadItsTurn(_ index: Int) {
    let waited = now - (waitingSince[index] ?? now)
    waitingSince[index] = nil
    longestTurn = max(longestTurn, waited)
    let patience = services[index].isInTrouble ? Self.patienceInTrouble : Self.patience
    guard waited > patience, verdict == nil else { return }
    verdict = History.Verdict(
      checker: "Turns", text: "service \(index) waited \(waited) s for its turn")
  }

  /// The daemon dies in the middle of a step of one of them.
  private mutating func die() {
    let until =
      (services.map(\.world.elapsed).max() ?? now) + Int.random(in: 1...60, using: &random)
    for index in services.indices {
      services[index].note("! the daemon dies")
      services[index].world.lastDisturbed = services[index].world.elapsed
      services[index].forget()
      services[index].world.elapsed = until
      services[index].wakeAt = until
    }
    forgetTurns()
    now = until
  }

  private func name(_ index: Int) -> String { "\(index)" }

  /// How many lines of each service's log are kept.
  mutating func keepLog(of lines: Int) {
    for index in services.indices { services[index].loggedLines = lines }
  }

  /// What happened to each.
  var log: [String] {
    services.indices.flatMap { index in services[index].log.map { "[\(index)] \($0)" } }
  }
}

extension History {
  /// Something happens to the whole host; 0 and 1 end the daemon too.
  mutating func happenToHost(_ what: Int, _ random: inout SplitMix64) {
    switch what {
    case 0:
      note("! \(world.reboot(&random))")
      forget()
      return
    case 1:
      note("! upgraded")
      world.upgrade(knewLess: false)
      forget()
      return
    case 2: note("! \(world.suspend(&random))")
    case 3...4: note("! \(world.stepClock(&random))")
    case 5...6: world.faults.diskFails.toggle()
    default: world.faults.systemdAway.toggle()
    }
    world.lastDisturbed = world.elapsed
    world.judgeClock()
    tell(.outside)
  }

  /// Long after everything was mended.
  mutating func tellSettled() {
    guard verdict == nil else { return }
    let observation = world.observation(state)
    let plan = ask(observation)
    tell(.settled(plan, observation, state))
  }
}
