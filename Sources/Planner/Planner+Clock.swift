extension Planner {
  /// Decides whether the clock can be believed.
  ///
  /// In doubt: earlier than this program or than the last moment seen, or a step of over an hour
  /// that no time service confirms. For `Limits.longestClockDoubt` at most.
  static func lookAtClock(
    _ clock: ClockFacts, state: inout ServiceState, progress: inout Progress
  ) {
    var memory = progress.clock
    memory.doubt = doubt(clock, state: state, &memory)
    memory.realtime = clock.realtime
    memory.boottime = clock.boottime
    if memory.doubt == nil {
      memory.believedOffset = clock.realtime - clock.boottime
      state.lastRealtimeSeen = clock.realtime
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
      if clock.boottime - doubt.since >= Limits.longestClockDoubt {
        memory.isBelievedAnyway = true
        return nil
      }
      return isRightAgain(clock, state: state, memory) ? nil : doubt
    }
    let behind = memory.isBelievedAnyway ? nil : behindReason(clock, state: state, memory)
    guard let reason = stepReason(clock, memory) ?? behind else { return nil }
    memory.isBelievedAnyway = false
    return ClockDoubt(since: clock.boottime, reason: reason)
  }

  /// Back where it was before the step; or, never believed so far, set to a possible time.
  ///
  /// That it merely ran on past the last time seen proves nothing.
  private static func isRightAgain(
    _ clock: ClockFacts, state: ServiceState, _ memory: ClockMemory
  ) -> Bool {
    guard behindReason(clock, state: state, memory) == nil else { return false }
    if let offset = memory.believedOffset {
      return abs(clock.realtime - clock.boottime - offset) <= Limits.largestTrustedClockStep
    }
    return stepReason(clock, memory) != nil
  }

  /// The last time seen counts at the start only; later steps tell, and small ones are believed.
  private static func behindReason(
    _ clock: ClockFacts, state: ServiceState, _ memory: ClockMemory
  ) -> String? {
    if clock.realtime < clock.builtAt {
      return "it is earlier than this program (\(Timestamp.text(clock.builtAt)))"
    }
    if memory.believedOffset == nil, let seen = state.lastRealtimeSeen,
      clock.realtime < seen - Limits.smallClockStep
    {
      return "it is earlier than the last time seen (\(Timestamp.text(seen)))"
    }
    return nil
  }

  private static func stepReason(_ clock: ClockFacts, _ memory: ClockMemory) -> String? {
    guard let realtime = memory.realtime, let boottime = memory.boottime else { return nil }
    let step = (clock.realtime - realtime) - (clock.boottime - boottime)
    guard abs(step) > Limits.largestTrustedClockStep else { return nil }
    return "it stepped by \(step > 0 ? "+" : "-")\(Timestamp.spanText(abs(step)))"
      + " and no time service confirms it"
  }
}
