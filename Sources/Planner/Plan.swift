/// What the planner answers.
public struct Plan: Equatable, Sendable {
  /// The one step to perform now; nil: nothing to do now.
  public var step: Step?
  /// What happens next, in order: the step now, what follows it, then what waits for a moment.
  public var upcoming: [PlannedStep]
  /// What the administrator should see.
  public var notices: [Notice]
  /// When the planner must be asked again at the latest.
  public var wakeAt: UnixSeconds
  /// How the service does.
  public var condition: Condition
  /// The channels as wanted, with enforcement applied; nil without usable settings.
  public var wanted: ListenTarget?
  /// When the grace period ends; nil: enforced, or not known.
  public var enforcementAt: UnixSeconds?

  /// How the service does, for `status`.
  public enum Condition: String, Codable, Sendable {
    /// As wanted.
    case good
    /// A change is being made.
    case working
    /// The current generation is on trial.
    case onTrial = "on-trial"
    /// Something waits for its time: a window, the end of a hold, a believable clock.
    case waiting
    /// A change failed and the last good generation is served.
    case rolledBack = "rolled-back"
    /// Settings, port or disk are in the way: see the notices.
    case blocked
    /// Somebody stopped the unit.
    case stopped
    /// The unit failed.
    case failed
    /// Settings that nobody adopted.
    case notAdopted = "not-adopted"
  }
}

/// One thing that will happen.
public struct PlannedStep: Codable, Equatable, Sendable {
  /// Which step.
  public var kind: StepKind
  /// What, in words.
  public var what: String
  /// When; nil: as soon as its condition holds.
  public var at: UnixSeconds?
  /// Why.
  public var why: String

  /// Makes a planned step.
  public init(kind: StepKind, what: String, at: UnixSeconds? = nil, why: String) {
    self.kind = kind
    self.what = what
    self.at = at
    self.why = why
  }
}

/// The kinds of steps, without their values.
public enum StepKind: String, Codable, Sendable {
  /// Remember when the unit was first seen.
  case recordFirstSight = "record-first-sight"
  /// Set the ratchet.
  case enforce
  /// Let systemd work out when the window opens.
  case readCalendar = "read-calendar"
  /// Write a generation.
  case stage
  /// Look who holds the new ports.
  case lookUpPorts = "look-up-ports"
  /// Let the server check its configuration.
  case check
  /// Switch `current`.
  case switchCurrent = "switch"
  /// Reload the unit.
  case reload
  /// Restart the unit.
  case restart
  /// Probe each channel.
  case probe
  /// Make the generation on trial the good one.
  case commit
  /// Bring the last good one back.
  case rollBack = "roll-back"
  /// Remove old generations.
  case prune
  /// Answer a request.
  case answer
}

/// One step for the coordinator.
public enum Step: Equatable, Sendable {
  /// Remember durably when the unit was first seen.
  case recordFirstSight(at: UnixSeconds)
  /// Set the ratchet durably, then `protocol = "https"` in `90-set.toml`.
  case enforce(since: UnixSeconds, writeRatchet: Bool, writeDropIn: Bool, why: String)
  /// Let systemd work out when this expression comes next, in a unit of its own.
  case readCalendar(String)
  /// Write a generation, in a unit of its own.
  case stage(StageOrder)
  /// Look who holds these ports.
  case lookUpPorts(generation: Int, claims: [PortClaim])
  /// Let the server check the candidate.
  case check(generation: Int)
  /// Point `current` at a generation.
  case switchCurrent(generation: Int)
  /// Ask systemd to reload the unit.
  case reload
  /// Ask systemd to restart the unit; preparation switches to the candidate.
  case restart
  /// Probe each channel of a generation, at most so long.
  case probe(generation: Int, within: Seconds)
  /// The generation is the good one from now on.
  case commit(generation: Int)
  /// Point `current` back at the last good one.
  case rollBack(from: Int, to: Int, reason: String)
  /// Remove every generation but these, and the candidate link if it is not wanted any more.
  case prune(keep: [Int], dropCandidate: Bool)
  /// Answer a request of the command line.
  case answer(request: Request, done: Bool, text: String)

  /// Which kind of step it is.
  public var kind: StepKind {
    switch self {
    case .recordFirstSight: .recordFirstSight
    case .enforce: .enforce
    case .readCalendar: .readCalendar
    case .stage: .stage
    case .lookUpPorts: .lookUpPorts
    case .check: .check
    case .switchCurrent: .switchCurrent
    case .reload: .reload
    case .restart: .restart
    case .probe: .probe
    case .commit: .commit
    case .rollBack: .rollBack
    case .prune: .prune
    case .answer: .answer
    }
  }
}

extension Step {
  /// Whether a failure of it is remembered with a pause and a notice of its own.
  var hasOwnPause: Bool {
    switch self {
    case .recordFirstSight, .enforce, .stage, .lookUpPorts, .check, .reload, .restart, .probe: true
    case .readCalendar, .switchCurrent, .commit, .rollBack, .prune, .answer: false
    }
  }

  /// Whether it does the same, in whatever words.
  func isSame(as other: Step) -> Bool {
    switch (self, other) {
    case (.answer(let request, _, _), .answer(let otherRequest, _, _)):
      request.id == otherRequest.id
    case (.rollBack(let from, let to, _), .rollBack(let otherFrom, let otherTo, _)):
      from == otherFrom && to == otherTo
    // The moment that is written moves on with each try.
    case (.recordFirstSight, .recordFirstSight): true
    case (
      .enforce(_, let ratchet, let dropIn, _), .enforce(_, let otherRatchet, let otherDropIn, _)
    ): ratchet == otherRatchet && dropIn == otherDropIn
    default: self == other
    }
  }
}

/// What a new generation is to be made from.
public struct StageOrder: Equatable, Sendable {
  /// Its configuration.
  public var listen: ListenTarget
  /// Whether it gets a new certificate; else the current one is kept.
  public var newCertificate: Bool
  /// What a new certificate is made from.
  public var certificate: CertificateTarget
  /// Validity of a new certificate.
  public var lifetime: Seconds
  /// A new certificate must be younger than this (a request to renew).
  public var madeAfter: UnixSeconds?
  /// Why, one short sentence.
  public var why: String

  /// Makes an order.
  public init(
    listen: ListenTarget, newCertificate: Bool, certificate: CertificateTarget,
    lifetime: Seconds, madeAfter: UnixSeconds? = nil, why: String
  ) {
    self.listen = listen
    self.newCertificate = newCertificate
    self.certificate = certificate
    self.lifetime = lifetime
    self.madeAfter = madeAfter
    self.why = why
  }
}

/// An address and port that a generation wants and the current one does not have.
public struct PortClaim: Equatable, Sendable {
  /// The address, for example `0.0.0.0`.
  public var address: String
  /// The port.
  public var port: Int

  /// Makes a claim.
  public init(address: String, port: Int) {
    self.address = address
    self.port = port
  }
}

/// How a step ended.
public enum StepResult: Equatable, Sendable {
  /// As wished; for a probe: every channel answers as expected.
  case done
  /// It failed, and why, in one line.
  case failed(String)
  /// systemd did not answer or did not even begin it, and why: the cause is none of the step's own.
  case noAnswer(String)
}

/// Something that an operator may want to find in the journal.
public struct Event: Equatable, Sendable {
  /// What kind of event; each has a MESSAGE_ID and a catalog text.
  public enum Code: String, Sendable, CaseIterable {
    /// The unit was seen for the first time.
    case firstSight = "first-sight"
    /// HTTPS is enforced.
    case enforced
    /// A change could not be made ready or was refused; nothing was touched.
    case refused
    /// A generation is served and good.
    case committed
    /// The last good generation came back.
    case rolledBack = "rolled-back"
    /// A step failed.
    case failed
    /// A request was answered.
    case answered
  }

  /// What kind of event.
  public var code: Code
  /// One line: what, and why.
  public var text: String
  /// The generation it speaks of.
  public var generation: Int?
  /// Why; a notice with the same reason says all that the event would, and what to do.
  public var reason: String?

  /// Makes an event.
  public init(code: Code, text: String, generation: Int? = nil, reason: String? = nil) {
    self.code = code
    self.text = text
    self.generation = generation
    self.reason = reason
  }
}
