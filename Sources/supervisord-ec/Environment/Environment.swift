internal import Certificates
internal import Coordinator
internal import Files
internal import Planner

/// All that a verb can see and do, as values and functions: the real ones are in
/// `Environment+Live.swift`, tests fill in their own.
struct Environment {
  /// The present moment.
  var now: () -> UnixSeconds
  /// Waits between two looks, milliseconds; throws `Interruption` while a request waits.
  var pause: (Int) throws -> Void
  /// A moment in the reader's time zone.
  var localTime: (UnixSeconds) -> String
  /// Reads a date, or a date and time of day, in the reader's time zone; nil: it is none.
  var readLocalTime: (String) -> UnixSeconds?
  /// What standard output can show.
  var terminal: Terminal
  /// Writes text as it is.
  var write: (String, Stream) -> Void
  /// One line of standard input without its end; nil at the end of input.
  var readLine: () -> String?

  /// How the daemon is.
  var daemon: () -> DaemonState
  /// The names of all services that have settings, an adoption or a status, sorted.
  var serviceNames: () -> [String]
  /// The last status of a service that `serviceNames` names.
  var status: (String) -> StatusReading

  /// Whether this user may change the settings of a service.
  var maySave: (String) -> Bool
  /// Writes one setting into the service's `90-set.toml`, after it was found valid.
  var save: (SettingChange) throws -> SavedSetting
  /// Sets or ends a hold in the same file.
  var saveHold: (HoldChange) throws -> SavedSetting
  /// Whether this user may ask the daemon to act.
  var mayRequest: () -> Bool
  /// A name for a request that nobody else uses.
  var makeRequestID: () -> String
  /// Asks the daemon.
  var putRequest: (Request) throws -> Void
  /// The daemon's answer, once it is there; it is removed by being read.
  var takeReply: (String) -> Reply?
  /// Takes a request back; false if the daemon had already taken it.
  var withdrawRequest: (String) -> Bool

  /// Reads settings files (all adopted services' if none is named) and says what is wrong.
  var check: ([String]) throws -> CheckResult
  /// The installed profiles.
  var profiles: () throws -> [ProfileSummary]

  /// The bytes of something that the caller named.
  var readInput: (InputSource) throws(FileError) -> [UInt8]
  /// Certificates and keys of inputs, opened with the password.
  var readMaterial: ([MaterialInput], [UInt8]?) -> ReadingResult
  /// Asks for a password at the terminal; nil if there is none.
  ///
  /// Throws `Interruption`.
  var askPassword: (String) throws -> [UInt8]?
  /// The roots of this host.
  var trustAnchors: () -> TrustAnchors
  /// Writes a file that the caller named, which others may read.
  var writeOutput: (String, [UInt8]) throws(FileError) -> Void
  /// Where keys and certificates of services are kept.
  var certificates: CertificateActions
}

/// What verbs can do with kept keys and certificates.
struct CertificateActions {
  /// Whether this user may keep keys; from then on this process's memory stays out of swap.
  var mayKeep: () -> Bool
  /// What an import is judged by.
  var circumstances: (String) -> CertificateKeeper.Circumstances
  /// The private keys that an answer of a CA may belong to, PEM.
  var keys: (String) throws -> [[UInt8]]
  /// Has the settings name an import; it is kept by the second argument once they are found valid.
  var save: (ImportChange, () throws -> Void) throws -> SavedSetting
  /// Keeps an import, whole or not at all.
  var keep: (CertificateKeeper.Import, String) throws -> Void
  /// Takes what the followed files of a service hold now, though it is worse than what is served.
  var confirmFollowed: (String) throws -> FollowedFacts
  /// Forgets what the import has made useless.
  var tidy: (CertificateKeeper.Import, String) throws -> Void
  /// Keeps a request with its key.
  var keepRequest: (CertificateKeeper.Request, String) throws -> Void
}

/// An import that is to be served.
struct ImportChange: Equatable, Sendable {
  /// The service.
  var name: String
  /// Which one; nil: none any more.
  var sha256: String?
  /// Where certificates come from, from now on.
  var source = CertificateSource.imported
  /// When it takes the place of the present one; nil: at once.
  var activatesAt: UnixSeconds?
  /// Whether agents no longer check against public CAs.
  var turnsTrustOff = false
}

/// Where text goes.
enum Stream: Sendable {
  case output, error
}

/// How the daemon is.
enum DaemonState: Equatable, Sendable {
  case running
  case stopped
  /// It is there and does nothing; why, in words.
  case notAnswering(String)
}

/// What was found where the status of a service is kept.
enum StatusReading: Equatable, Sendable {
  /// A report; `stamp` differs after each time the daemon wrote it.
  case report(StatusReport, stamp: String)
  /// The daemon has not written one.
  case missing
  /// There is one that cannot be read; why, in words.
  case damaged(String)
}

/// One setting that somebody wants.
struct SettingChange: Equatable, Sendable {
  /// The service.
  var name: String
  /// The path of the key, for example `channels.console.https_port`.
  var key: String
  /// Bare or TOML.
  var value: String
}

/// A hold that somebody wants; without a moment it ends.
struct HoldChange: Equatable, Sendable {
  /// The service.
  var name: String
  /// Until when, RFC 3339.
  var until: String?
  /// Why.
  var reason: String?
}

/// What became of a setting.
struct SavedSetting: Equatable, Sendable {
  /// The file that holds it now.
  var file: String
  /// False if it was there before with the same value.
  var changed: Bool
}

/// What `check` found.
struct CheckResult: Equatable, Sendable {
  /// What is wrong; empty: nothing.
  var problems: [CheckProblem]
  /// The stable names of the checks that were made.
  var checked: [String]
  /// The files that were read.
  var files: [String]
  /// What is accepted and yet looks like a slip, one line each.
  var warnings: [String] = []
}

/// One thing that is wrong with a settings file.
struct CheckProblem: Equatable, Sendable {
  /// Stable name.
  var code: String
  /// The file, if one is to blame.
  var file: String?
  /// The line, from 1, where it is known.
  var line: Int?
  /// The path of the key.
  var key: String?
  /// The value that was found.
  var found: String?
  /// What is accepted.
  var expected: String?
  /// One line for people.
  var text: String
}

/// What `profiles` shows.
struct ProfileSummary: Equatable, Sendable {
  /// The name, for `adopt --profile`.
  var name: String
  /// One sentence.
  var description: String
  /// Whether it cannot be used; `description` says why.
  var isBroken = false
}
