/// Windows and holds: when the service may be touched by ourselves.
extension Facts {
  private var window: RestartWindow? { settings?.restart.window }

  /// What systemd says of the present expression; nil: it must be read first.
  private var calendar: CalendarFacts? {
    guard let window, let calendar = observation.calendar, calendar.expression == window.start
    else { return nil }
    return calendar
  }

  /// The expression that systemd has to work out; nil: it is known and fresh.
  ///
  /// Read anew every day, as local time may change its rules, and when the clock went back; not
  /// while a window is open, as systemd tells of moments to come only and it would close.
  var calendarToRead: String? {
    guard let window, windowEnd == nil || (calendar?.readAt ?? now) > now else { return nil }
    guard let calendar, calendar.readAt <= now, now - calendar.readAt < Limits.calendarAge
    else { return window.start }
    let isUsedUp = !calendar.starts.isEmpty && (calendar.starts.last ?? 0) <= now
    return isUsedUp && now - calendar.readAt >= Limits.calendarPause ? window.start : nil
  }

  /// Why the window never opens; nil: it does, or there is none.
  var calendarProblem: String? {
    guard let window, let calendar else { return nil }
    if let problem = calendar.problem { return problem }
    return calendar.starts.isEmpty ? "\"\(window.start)\" never comes" : nil
  }

  /// When the open window closes; nil: none is open, or the clock is not believed.
  var windowEnd: UnixSeconds? {
    guard let window, let calendar, !clockInDoubt,
      let start = calendar.starts.last(where: { $0 <= now }), now < start + window.length
    else { return nil }
    return start + window.length
  }

  /// When the next window opens; nil: there is none.
  var nextWindow: UnixSeconds? { nextWindows.first }

  /// When the coming windows open, as far as it was worked out.
  var nextWindows: [UnixSeconds] { calendar?.starts.filter { $0 > now } ?? [] }

  /// The hold in force; nil: there is none, or the certificate cannot wait.
  ///
  /// `forceBeforeExpiry` caps a hold, so that nothing expires for it.
  var hold: Hold? {
    guard let hold = settings?.hold, isBefore(hold.until) else { return nil }
    guard let certificate = observation.current?.certificate, !clockInDoubt,
      certificate.notAfter - now <= forceBeforeExpiry
    else { return hold }
    return nil
  }

  /// Whether a moment is still to come, by the clock or by the last time that was believed.
  func isBefore(_ moment: UnixSeconds) -> Bool { min(now, believedNow) < moment }

  /// Whether a hold keeps this change back.
  ///
  /// What somebody asks for by a command is not held, and neither is enforcement: no setting
  /// prevents it.
  func isOnHold(_ order: StageOrder) -> Bool {
    guard hold != nil, request == nil, let current = observation.current else { return false }
    return order.listen.consoleProtocol == current.listen.consoleProtocol
  }
}
