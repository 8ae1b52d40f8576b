/// Everything the planner may know of one service at one moment.
///
/// Facts only, no decision.
public struct Observation: Equatable, Sendable {
  /// The clocks.
  public var clock: ClockFacts
  /// What the settings files say.
  public var settings: SettingsFacts
  /// What root decided at `adopt`; nil: not adopted.
  public var adoption: Adoption?
  /// Why a record of `adopt` that is there does not count; nil: it does, or there is none.
  public var adoptionProblem: String?
  /// The supervised unit, as systemd last told.
  public var unit: UnitFacts
  /// What the profile can do; nil: it is missing or damaged.
  public var profile: ProfileFacts?
  /// What is remembered per unit for ever.
  public var ratchet: RatchetFacts
  /// The generation that the service starts from.
  public var current: GenerationFacts?
  /// The generation staged next; nil also when the link names `current`.
  public var candidate: GenerationFacts?
  /// The newest committed generation that is complete on disk.
  public var lastGood: GenerationFacts?
  /// The numbers of all generations on disk.
  public var generationsOnDisk: [Int]
  /// Requests of the command line that wait for an answer, oldest first.
  public var requests: [Request]
  /// Links of the server's configuration that do not lead to the current generation any more.
  public var brokenLinks: [String] = []
  /// When the window of the settings opens, as far as it was worked out.
  public var calendar: CalendarFacts?
  /// Why `current` is not understood, if a newer version of the program wrote it; nil: it did not.
  public var newerCurrent: String?
  /// The imported certificate that the settings name, if it is whole on disk.
  public var imported: CertificateFacts?
  /// What the followed files of the settings held, as far as they were read; `accepted` only if it
  /// is whole on disk.
  public var followed: FollowedFacts?
  /// Certificate requests that wait for a CA's answer, oldest first.
  public var certificateRequests: [CertificateRequestFacts] = []

  /// Makes an observation.
  public init(
    clock: ClockFacts, settings: SettingsFacts, adoption: Adoption?, unit: UnitFacts,
    profile: ProfileFacts?, ratchet: RatchetFacts, current: GenerationFacts? = nil,
    candidate: GenerationFacts? = nil, lastGood: GenerationFacts? = nil,
    generationsOnDisk: [Int] = [], requests: [Request] = [], calendar: CalendarFacts? = nil
  ) {
    self.clock = clock
    self.settings = settings
    self.adoption = adoption
    self.unit = unit
    self.profile = profile
    self.ratchet = ratchet
    self.current = current
    self.candidate = candidate
    self.lastGood = lastGood
    self.generationsOnDisk = generationsOnDisk
    self.requests = requests
    self.calendar = calendar
  }
}

/// The clocks at one moment.
public struct ClockFacts: Equatable, Sendable {
  /// CLOCK_REALTIME.
  public var realtime: UnixSeconds
  /// CLOCK_BOOTTIME: never steps, runs on during suspend.
  public var boottime: Seconds
  /// Whether a time service says that the clock is right; nil: unknown.
  public var synchronised: Bool?
  /// When this program was built: no right clock is earlier.
  public var builtAt: UnixSeconds

  /// Makes clock facts.
  public init(
    realtime: UnixSeconds, boottime: Seconds, synchronised: Bool? = nil, builtAt: UnixSeconds = 0
  ) {
    self.realtime = realtime
    self.boottime = boottime
    self.synchronised = synchronised
    self.builtAt = builtAt
  }
}

/// What the settings files say.
public struct SettingsFacts: Equatable, Sendable {
  /// What came through the three gates.
  public enum Outcome: Equatable, Sendable {
    /// Valid settings.
    case valid(ServiceSettings)
    /// Invalid ones: one line for each problem.
    case invalid([String])
    /// `NAME.toml` is not there.
    case missing
  }

  /// What came through the three gates.
  public var outcome: Outcome
  /// Changes exactly when the bytes change.
  public var digest: String
  /// Files that say `protocol = "http"` explicitly; the last one wins the merge.
  public var filesSayingHTTP: [String]
  /// Whether the merged protocol is an explicit `http`.
  public var mergedSaysHTTP: Bool
  /// Whether `90-set.toml` has a protocol of its own.
  public var dropInHasProtocol: Bool
  /// Whether `90-set.toml` can be written.
  public var dropInWritable: Bool

  /// Makes settings facts.
  public init(
    outcome: Outcome, digest: String, filesSayingHTTP: [String] = [], mergedSaysHTTP: Bool = false,
    dropInHasProtocol: Bool = false, dropInWritable: Bool = true
  ) {
    self.outcome = outcome
    self.digest = digest
    self.filesSayingHTTP = filesSayingHTTP
    self.mergedSaysHTTP = mergedSaysHTTP
    self.dropInHasProtocol = dropInHasProtocol
    self.dropInWritable = dropInWritable
  }
}

extension SettingsFacts {
  /// The settings in force: the valid ones, else the last valid ones that are remembered.
  public func inForce(_ state: ServiceState) -> ServiceSettings? {
    if case .valid(let settings) = outcome { return settings }
    return state.lastValidSettings
  }
}

/// The supervised unit, as systemd last told.
public struct UnitFacts: Equatable, Sendable {
  /// What matters of LoadState, ActiveState and pending jobs (org.freedesktop.systemd1(5)).
  public enum Activity: String, Equatable, Sendable {
    /// systemd was not asked yet.
    case unknown
    /// systemd does not answer.
    case away
    /// There is no such unit.
    case notFound
    /// The unit is masked.
    case masked
    /// Runs.
    case active
    /// Starts, stops or reloads, or a job of it waits.
    case changing
    /// Was stopped.
    case inactive
    /// Failed.
    case failed
  }

  /// What it does.
  public var activity: Activity
  /// Names this run of the unit; changes with every start.
  public var invocation: String
  /// Whether the unit's start pulls in the preparation; nil: unknown.
  public var preparationInForce: Bool?

  /// Makes unit facts.
  public init(activity: Activity, invocation: String = "", preparationInForce: Bool? = nil) {
    self.activity = activity
    self.invocation = invocation
    self.preparationInForce = preparationInForce
  }
}

/// What the profile can do.
public struct ProfileFacts: Equatable, Sendable {
  /// What a reload serves.
  public var reloadServes: Set<Aspect>

  /// Makes profile facts.
  public init(reloadServes: Set<Aspect>) { self.reloadServes = reloadServes }
}

/// What a change can touch.
public enum Aspect: String, Codable, Sendable, CaseIterable {
  /// Certificate and key.
  case certificate
  /// Port numbers.
  case port
  /// HTTP or HTTPS, redirects.
  case `protocol`
  /// Other addresses on a port that stays.
  case bind
}

/// The ratchet, or why it cannot be read.
public enum RatchetFacts: Equatable, Sendable {
  /// What it says; empty if there is none yet.
  case readable(Ratchet)
  /// Damaged, or written by a newer version: left untouched.
  case unreadable(String)
}

/// What somebody asked for on the command line.
public struct Request: Codable, Equatable, Sendable {
  /// What is asked.
  public enum Verb: String, Codable, Sendable {
    /// Prepare, then the gentlest of reload and restart that serves.
    case restart
    /// A new self-signed certificate now.
    case renew
  }

  /// Names the request and its answer.
  public var id: String
  /// The service.
  public var name: String
  /// What is asked.
  public var verb: Verb
  /// When it was asked.
  public var at: UnixSeconds

  /// Makes a request.
  public init(id: String, name: String, verb: Verb, at: UnixSeconds) {
    self.id = id
    self.name = name
    self.verb = verb
    self.at = at
  }
}
