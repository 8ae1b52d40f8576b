/// What the daemon remembers of a service across its own restarts (state.json).
public struct ServiceState: Codable, Equatable, Sendable {
  /// Generations that were served as expected, oldest first.
  public var committed: [Int] = []
  /// The generation that the server's own check accepted last.
  public var checked: Int?
  /// What was tried last and failed; nil once something else succeeded.
  public var failure: Failure?
  /// What was tried before that and failed, if it was another input.
  public var otherFailure: Failure?
  /// The last good generation, while a roll-back to it is not seen served yet: after a crash the
  /// service may still run, or have failed, on the one that was rolled back.
  public var restoring: Int?
  /// The run of the unit that may still be on a generation that was rolled back and that no reload
  /// leaves: until another one is seen, changes are applied by a restart.
  public var staleRun: String?
  /// The last thing that was done to the service.
  public var lastAction: LastAction?
  /// The last moment seen on the realtime clock.
  public var lastRealtimeSeen: UnixSeconds?
  /// The monotonic clock at that moment.
  public var lastBoottimeSeen: Seconds?
  /// How long (boottime) the clock is in doubt since it was believed last, boots before this one
  /// and restarts of the daemon included.
  public var clockDoubtedFor: Seconds?
  /// The last valid settings: in force while the files are broken or gone.
  public var lastValidSettings: ServiceSettings?
  /// Since when each standing notice stands, by code.
  public var noticesSince: [String: UnixSeconds] = [:]

  /// An empty memory.
  public init() {}

  enum CodingKeys: CodingKey {
    case committed, checked, failure, otherFailure, restoring, staleRun, lastAction
    case lastRealtimeSeen, lastBoottimeSeen, clockDoubtedFor, lastValidSettings, noticesSince
  }
}

/// An input that was tried and failed.
public struct Failure: Codable, Equatable, Sendable {
  /// What went wrong.
  public enum Kind: String, Codable, Sendable {
    /// The generation could not be written.
    case stage
    /// Somebody else listens on a port.
    case portTaken
    /// The server's own check could not be begun, or nobody knows how it ended.
    case unchecked
    /// The server's own check refused.
    case refused
    /// systemd's job failed.
    case job
    /// A channel did not answer as expected.
    case probe
    /// The preparation did not switch.
    case preparation
  }

  /// What went wrong.
  public var kind: Kind
  /// The configuration that was tried.
  public var listen: ListenTarget
  /// Whether it came with a new certificate.
  public var newCertificate: Bool
  /// How often it was tried.
  public var attempts: Int
  /// When it failed last.
  public var at: UnixSeconds
  /// Digest of the settings and run of the unit at that time: when these change, it is tried anew.
  public var context: String
  /// Whether the last good generation was brought back.
  public var rolledBack: Bool
  /// Why, in one line.
  public var text: String

  /// Whether the cause may vanish by itself without the service being touched by a try.
  public var isHarmlessToRetry: Bool {
    switch kind {
    case .stage, .portTaken, .unchecked, .refused: true
    case .job, .probe, .preparation: false
    }
  }

  /// The wait after the last try, in seconds: doubled each time, within `Limits`.
  public var pause: Seconds {
    let doublings = min(max(attempts - 1, 0), 10)
    guard isHarmlessToRetry else {
      return min(Limits.longestRetryAfterRollBack, Limits.retryAfterRollBack << doublings)
    }
    return min(Limits.longestRetry, Limits.firstRetry << doublings)
  }
}

/// The last thing that was done to a service.
public struct LastAction: Codable, Equatable, Sendable {
  /// What was done.
  public enum Kind: String, Codable, Sendable {
    /// The unit was restarted.
    case restart
    /// The unit was reloaded.
    case reload
    /// Preparation switched while somebody restarted the unit.
    case `switch`
    /// The last good generation was brought back.
    case rollBack = "roll-back"
  }

  /// How it ended.
  public enum Result: String, Codable, Sendable {
    /// Served as expected.
    case done
    /// It did not work.
    case failed
    /// It did not work, and the last good generation is served again.
    case rolledBack = "rolled-back"
  }

  /// What was done.
  public var kind: Kind
  /// When.
  public var at: UnixSeconds
  /// How it ended.
  public var result: Result
  /// Why it was done, or why it failed.
  public var reason: String
}

/// What the daemon knows only while it runs; after a crash it starts empty and is found out again.
public struct Progress: Equatable, Sendable {
  /// What the last probe said of the current generation in this run of the unit.
  public enum Served: Equatable, Sendable {
    /// Not probed yet.
    case unknown
    /// The unit must be reloaded or restarted first.
    case unapplied
    /// Reloaded or restarted by us, not probed yet.
    case applied
    /// Every channel answers as expected.
    case good
    /// Some channel does not; `afterApply`: although we had applied it.
    case bad(reason: String, afterApply: Bool)
  }

  /// The step under way; no other one begins before its result.
  public var running: Step?
  /// What is served.
  public var served: Served = .unknown
  /// The generation that `served` speaks of; nil: take the one that is found.
  public var servedGeneration: Int?
  /// The run of the unit that `served` speaks of; nil: take the one that is found.
  public var servedInvocation: String?
  /// When (boottime) a generation that is not served is looked at again, and how often it was.
  public var lookAgain: LookAgain?
  /// The candidate whose new ports were found free.
  public var portsFree: Int?
  /// The requests that waited when the last reload or restart was made: it serves them all.
  public var appliedFor: Set<String> = []
  /// What was done since the last commit, for the last action; `switch`: nothing by us.
  public var appliedKind: LastAction.Kind = .switch
  /// Whether `appliedKind` is still to be reported as the last action.
  public var actionPending = false
  /// The candidate that a restart was asked for, which preparation should have switched to.
  public var restartedFor: Int?
  /// The last pair of clocks, and since when the clock is in doubt.
  public var clock = ClockMemory()
  /// Since when (boottime) the unit starts, stops or reloads; nil: it does not.
  public var changingSince: Seconds?
  /// Whether the unit was started anew by somebody since the last look: it gets time to come up.
  public var isFreshRun = false
  /// Whether the last reload or restart went without an answer, so that it may not have happened.
  public var isUnanswered = false
  /// The step that was done last.
  public var lastDone: Step?
  /// When (boottime) it was done.
  public var lastDoneAt: Seconds = 0
  /// Steps that must wait because they fail or have no effect.
  public var held: [StepKind: HeldStep] = [:]
  /// Digest of the settings for which the drop-in could not be written, or was written and is not
  /// read yet.
  public var dropInTried: String?
  /// When (boottime) it is tried again though nothing changed.
  public var dropInAgain: Seconds = 0
  /// How often in a row it was tried.
  public var dropInAttempts = 0
  /// Why the ratchet could not be written, and when it is tried again.
  public var ratchetFailed: RatchetFailure?

  /// Nothing known.
  public init() {}
}

/// The next look at a current generation that is not served.
public struct LookAgain: Equatable, Sendable {
  /// When, on the monotonic clock.
  public var at: Seconds
  /// How often it was looked at since it was served last.
  public var attempts: Int
  /// What was wrong, in one line.
  public var reason: String
}

/// A step that failed, or was done and is due again at once: without a pause it would be a loop.
public struct HeldStep: Equatable, Sendable {
  /// Which one.
  public var step: Step
  /// Until when (boottime).
  public var until: Seconds
  /// How often in a row.
  public var attempts: Int
  /// Why, in one line.
  public var reason: String
}

/// A ratchet that could not be written.
public struct RatchetFailure: Equatable, Sendable {
  /// Why.
  public var reason: String
  /// When it is tried again (boottime).
  public var retryAt: Seconds
  /// How often it failed in a row.
  public var attempts: Int
}

/// What is remembered of the clocks between two looks.
public struct ClockMemory: Equatable, Sendable {
  /// Realtime at the last look.
  public var realtime: UnixSeconds?
  /// Boottime at the last look.
  public var boottime: Seconds?
  /// Since when (boottime) the clock is in doubt, and why.
  public var doubt: ClockDoubt?
  /// Realtime minus boottime at the last look that was believed.
  public var believedOffset: Seconds?
  /// Whether a clock earlier than this program is believed, as the longest doubt is over.
  public var isBelievedAnyway = false

  /// Nothing known.
  public init() {}
}

/// Why the clock is not believed.
public struct ClockDoubt: Equatable, Sendable {
  /// Since when, on the monotonic clock.
  public var since: Seconds
  /// When it is believed all the same, on the monotonic clock.
  public var until: Seconds
  /// Why, in words.
  public var reason: String
}
