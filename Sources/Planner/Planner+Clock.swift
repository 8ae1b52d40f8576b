extension Planner {
  /// Decides whether the clock can be believed.
  ///
  /// In doubt: earlier than this program or than the last moment seen, or a step of over an hour
  /// that no time service confirms. For `Limits.longestClockDoubt` at most.
  static func lookAtClock(
    _ clock: ClockFacts, state: inout ServiceState, progress: inout Progress
  ) {
    defer {
      progress.clock.realtime = clock.realtime
      progress.clock.boottime = clock.boottime
      if progress.clock.doubt == nil { state.lastRealtimeSeen = clock.realtime }
    }
    if clock.synchronised == true {
      progress.clock.doubt = nil
      return
    }
    if let doubt = progress.clock.doubt {
      let isOver =
        clock.boottime - doubt.since >= Limits.longestClockDoubt
        || (clockReason(clock, state: state) == nil && stepReason(clock, progress.clock) != nil)
      if isOver { progress.clock.doubt = nil }
      return
    }
    if let reason = stepReason(clock, progress.clock) ?? clockReason(clock, state: state) {
      progress.clock.doubt = ClockDoubt(since: clock.boottime, reason: reason)
    }
  }

  private static func clockReason(_ clock: ClockFacts, state: ServiceState) -> String? {
    if clock.realtime < clock.builtAt {
      return "it is earlier than this program (\(Timestamp.text(clock.builtAt)))"
    }
    if let seen = state.lastRealtimeSeen, clock.realtime < seen - Limits.smallClockStep {
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
