/// Every bound of the planner, each with its reason.
public enum Limits {
  /// Longest grace period (CONTRACT: at most 90 days), so that enforcement is not put off for ever.
  public static let longestGracePeriod: Seconds = 90 * day
  /// Longest validity of a self-signed certificate that browsers and agents still take.
  public static let longestLifetime: Seconds = 397 * day
  /// First wait after a failure whose cause lies outside (port, disk, the server's configuration).
  public static let firstRetry: Seconds = 5
  /// Longest wait between two tries of the same input.
  public static let longestRetry: Seconds = 5 * 60
  /// A step of the realtime clock larger than this needs confirmation by synchronisation.
  public static let largestTrustedClockStep: Seconds = 3600
  /// A clock that is this little behind the last time seen is slewed, not wrong.
  public static let smallClockStep: Seconds = 60
  /// After so long on the monotonic clock a clock in doubt is believed all the same.
  public static let longestClockDoubt: Seconds = day
  /// The last time seen is written once in so long, as a server at rest writes nothing else.
  public static let clockSaveInterval: Seconds = 3600
  /// Since the last time seen before a boot the machine may have been off so long, or the time may
  /// not have been written yet: more needs confirmation by synchronisation.
  public static let largestTrustedPowerOff: Seconds = largestTrustedClockStep + clockSaveInterval
  /// So long the time service has to answer before a doubt is told: after a boot the clock is
  /// looked at before the bus is there.
  public static let clockAnswer: Seconds = 30
  /// A unit that starts, stops or reloads longer than this is stuck: systemd's own limits, for a
  /// stop and a start in a row, are 90 s each.
  public static let longestChange: Seconds = 5 * 60
  /// A step that was done and is due again within this time has had no effect; later it is a new
  /// need, as that of reading the calendar each day.
  public static let repeatedWithin: Seconds = 3600
  /// First wait before a ratchet that could not be written is tried again.
  public static let ratchetRetry: Seconds = 30
  /// First wait before an input is tried again that had reached the service and was rolled back.
  public static let retryAfterRollBack: Seconds = 3600
  /// Longest wait after a roll-back: each try touches the service, so it doubles up to this.
  public static let longestRetryAfterRollBack: Seconds = day
  /// A service that is not served as it should is reloaded at the first so many looks.
  public static let firstReloads = 3
  /// Later it is reloaded at one look of so many: a reload closes long connections.
  public static let looksPerReload = 24
  /// How long the first look at a running service may take before it is reloaded.
  public static let firstLook: Seconds = 2
  /// Committed generations that are kept for roll-back and inspection.
  public static let keptGenerations = 5
  /// Days before enforcement on which the administrator is told.
  public static let enforcementNoticeDays = [14, 7, 3, 1]
  /// A calendar is read anew after so long, as the rules of local time may have changed.
  public static let calendarAge: Seconds = day
  /// A calendar whose moments are used up is not read more often than this.
  public static let calendarPause: Seconds = 60
  /// So many coming moments of a calendar are worked out at once.
  public static let calendarMoments = 64
  /// So many coming windows are shown.
  public static let shownWindows = 2
  /// Never sleep longer than this, so that a missed event is found in the end.
  public static let longestSleep: Seconds = day
  /// The wait after so many tries in a row, from 1 on: doubled each time, up to `longestRetry`.
  public static func pause(afterTries tries: Int, first: Seconds = firstRetry) -> Seconds {
    min(longestRetry, first << min(max(tries - 1, 0), 10))
  }

  /// Services on one host.
  public static let services = 1_000
  /// Requests of the command line that may wait for one service.
  public static let waitingRequests = 32

  /// So long the parts of a followed certificate may be incomplete or not belong together before
  /// that is told: a client writes certificate and key one after the other, within a second or so.
  public static let followedSettling: Seconds = 30

  /// One day, in seconds.
  public static let day: Seconds = 86_400
}

/// A span of time in whole seconds.
public typealias Seconds = Int

/// A moment: seconds since 1970-01-01T00:00:00Z.
public typealias UnixSeconds = Int
