public import Planner

/// What `/run/supervisord-ec/NAME.json` holds, and `status --json` shows per service.
///
/// Times are RFC 3339 in UTC; absent knowledge is null. Documented in docs/json.md.
public struct StatusReport: Codable, Equatable, Sendable {
  /// The service's name.
  public var name: String
  /// The supervised unit.
  public var unit: String
  /// The profile.
  public var profile: String
  /// `good`, `working`, `on-trial`, `waiting`, `rolled-back`, `blocked`, `stopped`, `failed` or
  /// `not-adopted`.
  public var state: String
  /// The channels as they are served (before the first generation: as they are wanted).
  public var channels: [Channel]
  /// The certificate of the current generation.
  public var certificate: Certificate?
  /// Whether agents may check the certificate against public CAs.
  public var trustedCommunication: Trusted
  /// Grace period or enforcement.
  public var enforcement: Enforcement
  /// Numbers of the generations.
  public var generation: Generation
  /// The last thing that was done to the service.
  public var lastAction: LastAction?
  /// What stands now.
  public var notices: [StandingNotice]
  /// The next event.
  public var next: Event?
  /// What `plan` shows.
  public var plan: PlanReport
  /// ActiveState of the unit; null while systemd does not answer.
  public var activeState: String?
  /// Where each setting comes from: key path to file.
  public var origins: [String: String]

  enum CodingKeys: String, CodingKey {
    case name, unit, profile, state, channels, certificate, enforcement, generation, notices, next
    case plan, origins
    case trustedCommunication = "trusted_communication"
    case lastAction = "last_action"
    case activeState = "active_state"
  }

  /// One channel.
  public struct Channel: Codable, Equatable, Sendable {
    /// Its name.
    public var name: String
    /// `http` or `https`.
    public var `protocol`: String
    /// The ports that serve it.
    public var ports: [Int]
    /// `https://host:8383/`.
    public var address: String
  }

  /// The served certificate.
  public struct Certificate: Codable, Equatable, Sendable {
    /// `self-signed`, `imported` or `followed`.
    public var source: String
    /// `self-signed`, `private-ca` or `public-ca`.
    public var issuer: String
    /// SHA-256 of the DER form, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// Start of validity.
    public var notBefore: String
    /// End of validity.
    public var notAfter: String
    /// Whole days until the end; negative after it.
    public var daysLeft: Int
    /// Subject alternative names.
    public var names: [String]

    enum CodingKeys: String, CodingKey {
      case source, issuer, sha256, names
      case notBefore = "not_before"
      case notAfter = "not_after"
      case daysLeft = "days_left"
    }
  }

  /// "Trusted communication between agents and server".
  public struct Trusted: Codable, Equatable, Sendable {
    /// What the settings ask for.
    public var wanted: Bool
    /// What is in force.
    public var inForce: Bool
    /// Why it is not in force; null if it is as wanted.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
      case wanted, reason
      case inForce = "in_force"
    }
  }

  /// The one-way move to HTTPS.
  public struct Enforcement: Codable, Equatable, Sendable {
    /// `grace` or `enforced`.
    public var state: String
    /// When the grace period ends, or since when HTTPS is enforced.
    public var at: String?
  }

  /// Numbers of the generations; null: none.
  public struct Generation: Codable, Equatable, Sendable {
    /// What the service starts from.
    public var current: Int?
    /// What is staged next.
    public var candidate: Int?
    /// Whether `current` is on trial.
    public var trial: Bool
  }

  /// The last thing that was done.
  public struct LastAction: Codable, Equatable, Sendable {
    /// `restart`, `reload`, `switch` or `roll-back`.
    public var kind: String
    /// When.
    public var at: String
    /// `done`, `failed` or `rolled-back`.
    public var result: String
    /// Why it was done, or why it failed.
    public var reason: String
  }

  /// A notice and since when it stands.
  public struct StandingNotice: Codable, Equatable, Sendable {
    /// Stable name.
    public var code: String
    /// `info`, `warning` or `error`.
    public var severity: Severity
    /// Since when.
    public var since: String
    /// One line: what, where, why, what to do next.
    public var text: String
  }

  /// Something that happens next.
  public struct Event: Codable, Equatable, Sendable {
    /// What.
    public var what: String
    /// When; null: as soon as its condition holds.
    public var at: String?
    /// Why.
    public var why: String
  }

  /// What happens next, in order.
  public struct PlanReport: Codable, Equatable, Sendable {
    /// The steps.
    public var steps: [Event]
    /// When the planner is asked again at the latest.
    public var wakeAt: String?

    enum CodingKeys: String, CodingKey {
      case steps
      case wakeAt = "wake_at"
    }
  }
}
