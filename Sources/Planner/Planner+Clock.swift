extension Planner {
  /// Decides whether the clock can be believed.
  ///
  /// In doubt: earlier than this program or than the last moment seen, or a step of over an hour
  /// that no time service confirms, be it while the daemon runs or while it or the machine was off.
  /// For `Limits.longestClockDoubt` at most, counted over restarts of the daemon and of the
  /// machine: else one that is switched off every night would never be believed.
  public static func lookAtClock(
    _ clock: ClockFacts, state: inout ServiceState, progress: inout Progress
  ) {
    var memory = progress.clock
    if memory.doubt != nil, let last = memory.boottime {
      state.clockDoubtedFor = (state.clockDoubtedFor ?? 0) + max(0, clock.boottime - last)
    }
    memory.doubt = doubt(clock, state: state, &memory)
    memory.realtime = clock.realtime
    memory.boottime = clock.boottime
    if memory.doubt == nil {
      memory.believedOffset = clock.realtime - clock.boottime
      state.lastRealtimeSeen = clock.realtime
      state.lastBoottimeSeen = clock.boottime
      state.clockDoubtedFor = nil
    }
    progress.clock = memory
  }

  private static func doubt(
    _ clock: ClockFacts, state: ServiceState, _ memory: inout ClockMemory
  ) -> ClockDoubt? {
    if clock.synchronised == true {
      memory.isBelievedAnyway = false
      return nil
    }
    if let doubt = memory.doubt {
      if clock.boottime >= doubt.until {
        memory.isBelievedAnyway = true
        return nil
      }
      return isRightAgain(clock, state: state, memory) ? nil : doubt
    }
    let standing = memory.isBelievedAnyway ? nil : standingReason(clock, state: state, memory)
    guard let reason = stepReason(clock, memory) ?? standing else { return nil }
    memory.isBelievedAnyway = false
    // One from before this program is wrong for certain, so earlier doubts do not count for it.
    let spent = clock.realtime < clock.builtAt ? 0 : state.clockDoubtedFor ?? 0
    let left = Limits.longestClockDoubt - spent
    guard left > 0 else {
      memory.isBelievedAnyway = true
      return nil
    }
    return ClockDoubt(since: clock.boottime, until: clock.boottime + left, reason: reason)
  }

  /// Back where it was before the step; or, never believed so far, set to a possible time.
  ///
  /// That it merely ran on past the last time seen proves nothing.
  private static func isRightAgain(
    _ clock: ClockFacts, state: ServiceState, _ memory: ClockMemory
  ) -> Bool {
    guard standingReason(clock, state: state, memory) == nil else { return false }
    if let offset = memory.believedOffset {
      return abs(clock.realtime - clock.boottime - offset) <= Limits.largestTrustedClockStep
    }
    return stepReason(clock, memory) != nil
  }

  /// What is wrong with it however it came to that.
  ///
  /// The last time seen counts at the start only; later steps tell, and small ones are believed.
  private static func standingReason(
    _ clock: ClockFacts, state: ServiceState, _ memory: ClockMemory
  ) -> String? {
    if clock.realtime < clock.builtAt {
      return "it is earlier than this program (\(Timestamp.text(clock.builtAt)))"
    }
    guard memory.believedOffset == nil, let seen = state.lastRealtimeSeen else { return nil }
    if clock.realtime < seen - Limits.smallClockStep {
      return "it is earlier than the last time seen (\(Timestamp.text(seen)))"
    }
    return isFarFrom(seen, at: state.lastBoottimeSeen, clock)
      ? "it is far from the last time seen (\(Timestamp.text(seen))) and no time service confirms"
        + " it" : nil
  }

  /// Away from the last time seen by more than the time since.
  ///
  /// A monotonic clock that went back tells of a boot since: the machine was off, nobody knows how
  /// long. Without the monotonic clock of that moment the more lenient of both is taken.
  private static func isFarFrom(
    _ seen: UnixSeconds, at boottime: Seconds?, _ clock: ClockFacts
  ) -> Bool {
    let passed = clock.realtime - seen
    if let boottime, boottime <= clock.boottime {
      return abs(passed - (clock.boottime - boottime)) > Limits.largestTrustedClockStep
    }
    return passed - clock.boottime > Limits.largestTrustedPowerOff
  }

  private static func stepReason(_ clock: ClockFacts, _ memory: ClockMemory) -> String? {
    guard let realtime = memory.realtime, let boottime = memory.boottime else { return nil }
    let step = (clock.realtime - realtime) - (clock.boottime - boottime)
    guard abs(step) > Limits.largestTrustedClockStep else { return nil }
    return "it stepped by \(step > 0 ? "+" : "-")\(Timestamp.spanText(abs(step)))"
      + " and no time service confirms it"
  }
}
