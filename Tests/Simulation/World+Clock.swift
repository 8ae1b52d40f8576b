import Planner

extension World {
  /// The longest doubt that the project promises: after so long a clock is believed anyhow.
  private static let longestDoubt = Limits.day
  /// A clock that differs by less is not called wrong here: small steps add up, and a boot hides
  /// what an hour of being off would explain.
  static let clearlyWrong: Seconds = 3 * 3600

  /// Keeps what a careful host may believe of its clock.
  mutating func judgeClock() {
    if let since = unsureSince, synchronised == true || elapsed - since >= Self.longestDoubt {
      unsureSince = nil
    }
    if synchronised == true { isForgetful = false }
    if synchronised == true || abs(clockError - trustedError) <= Self.clearlyWrong {
      if synchronised == true { trustedError = clockError }
      wrongSince = nil
    } else if let since = wrongSince {
      guard elapsed - since >= Self.longestDoubt else { return }
      trustedError = clockError
      wrongSince = nil
      doubtEndedAt = elapsed
    } else {
      // The daemon may have seen the clock later than it stepped, and doubt it still: the day it
      // doubts at most is not begun anew by another step.
      let isLate = doubtEndedAt.map { elapsed - $0 < Limits.longestSleep } ?? false
      wrongSince = unsureSince ?? (isLate ? elapsed - Self.longestDoubt : elapsed)
    }
  }

  /// After a boot a clock that reads as if the machine had been off for some time is taken for
  /// right, or doubted for a day at most.
  ///
  /// The day is one of running, so that the time off does not count.
  private mutating func judgeClock(afterOff off: Seconds) {
    trustPlausible(afterOff: off)
    wrongSince = wrongSince.map { $0 + off }
    // What was spent in doubt before counts, although the clock may seem right after the boot.
    unsureSince = unsureSince.map { $0 + off } ?? wrongSince
    if savedState.lastRealtimeSeen != nil && off > 3600 { unsureSince = unsureSince ?? elapsed }
    judgeClock()
  }

  private mutating func trustPlausible(afterOff off: Seconds) {
    if let seen = savedState.lastRealtimeSeen {
      guard realtime >= seen, realtime <= seen + off + 2 * 3600 else { return }
    }
    trustedError = clockError
  }

  /// Another version is installed: a clock that is earlier than it is doubted from now on.
  ///
  /// After one that did not write down for how long the host had been up, a clock that reads as if
  /// the host had been off ever since its boot is taken for right.
  mutating func upgrade(knewLess: Bool) {
    builtAt = max(builtAt, rightTime)
    lastDisturbed = elapsed
    if realtime < builtAt { unsureSince = unsureSince ?? elapsed }
    if knewLess { trustPlausible(afterOff: boottime) }
    judgeClock()
  }

  /// A daemon that starts doubts a clock earlier than itself for a day, whatever another believed.
  mutating func doubtAnew() {
    if realtime < builtAt && synchronised != true { unsureSince = unsureSince ?? elapsed }
  }

  mutating func stepClock(_ random: inout SplitMix64) -> String {
    if random.chance(400) {
      clockError = 0
      synchronised = true
      return "the clock is synchronised"
    }
    let size = random.pick([1, 600, 5 * 3600, 3 * Limits.day, 40 * Limits.day, 400 * Limits.day])
    clockError += random.chance(500) ? size : -size
    // A daemon that believed no clock so far takes one that is set to a possible time, and so does
    // one whose state does not tell for how long the host had been up.
    if unsureSince != nil || savedState.lastBoottimeSeen == nil {
      trustPlausible(afterOff: boottime)
    }
    synchronised = random.chance(300) ? true : random.chance(500) ? false : nil
    return
      "the clock steps, error \(clockError / 3600) h,"
      + " synchronised \(String(describing: synchronised))"
  }

  /// The host is off for a while, and its battery clock may have failed.
  mutating func reboot(_ random: inout SplitMix64) -> String {
    let off = random.pick([30, 600, 3 * 3600, 3 * Limits.day, 30 * Limits.day])
    elapsed += off
    bootedAt = elapsed
    elapsed += 10
    lastDisturbed = elapsed
    told = nil
    pending = nil
    synchronised = nil
    switch Int.random(in: 0..<8, using: &random) {
    case 0: clockError = -rightTime
    case 1: clockError = 2_145_916_800 - rightTime
    default: break
    }
    judgeClock(afterOff: off)
    requests = []
    activity = .inactive
    serving = nil
    _ = startUnit()
    return "the host is off for \(Timestamp.spanText(off)), boots at \(Timestamp.text(realtime))"
  }

  /// Everything stands still while the clocks run on.
  mutating func suspend(_ random: inout SplitMix64) -> String {
    let span = random.pick([60, 3600, 12 * 3600, 5 * Limits.day])
    elapsed += span
    lastDisturbed = elapsed
    settle()
    return "the host is suspended for \(Timestamp.spanText(span))"
  }

  // MARK: Calendar

  /// When an expression of this world comes next, in a zone with summer time.
  func starts(_ expression: String) -> [UnixSeconds] {
    let now = realtime
    let today = now / Limits.day * Limits.day
    switch expression {
    case "02:30": return moments(from: today, every: 1, at: 9000, after: now)
    case "Sun 02:30":
      // 1970-01-01 was a Thursday.
      let sunday = today - (now / Limits.day + 4) % 7 * Limits.day
      return moments(from: sunday, every: 7, at: 9000, after: now)
    case "2026-12-24 20:00":
      let once = 1_798_138_800
      return once > now ? [once] : []
    default: return []
    }
  }

  private func moments(
    from day: UnixSeconds, every days: Int, at second: Seconds, after now: UnixSeconds
  ) -> [UnixSeconds] {
    (-1...Limits.calendarMoments).map { index in
      let local = day + index * days * Limits.day + second
      return local - Self.zoneOffset(at: local - 3600)
    }.filter { $0 > now }
  }

  /// Central European time: an hour ahead, two from the last Sunday of March to that of October.
  static func zoneOffset(at moment: UnixSeconds) -> Seconds {
    let year = Timestamp.text(moment).prefix(4)
    func change(_ month: String) -> UnixSeconds {
      let last = Timestamp.parse("\(year)-\(month)-31T01:00:00Z") ?? 0
      return last - (last / Limits.day + 4) % 7 * Limits.day
    }
    return (change("03")..<change("10")).contains(moment) ? 7200 : 3600
  }

  /// Whether a window is open by the right calendar, whatever was read when.
  func isWindowOpen(_ window: RestartWindow) -> Bool {
    var earlier = self
    earlier.clockError -= window.length
    return earlier.starts(window.start).contains { $0 <= realtime }
  }
}
