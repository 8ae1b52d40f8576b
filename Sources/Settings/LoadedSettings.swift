public import Planner

/// What the files of one service say, read once.
public struct LoadedSettings: Equatable, Sendable {
  /// Whether they can be used.
  public var outcome: Outcome
  /// The file that gives each key, by key path; keys with their default are not in it.
  public var origins: [String: String]
  /// The files that were read, the weakest first.
  public var fragments: [Fragment]
  /// Stands for the names and bytes of all files that count.
  ///
  /// An unchanged digest means unchanged settings. What else lies in the folders, if only for a
  /// moment, is not in it.
  public var digest: String
  /// What is suspicious in the files, one line each.
  var suspicions: [String] = []
  /// Files that do not count, one line each.
  var ignored: [String] = []
  /// What was survived, one line each.
  public var warnings: [String] { ignored + suspicions }

  /// What became of the files.
  public enum Outcome: Equatable, Sendable {
    /// Settings that hold.
    case valid(ServiceSettings)
    /// Everything that is wrong, in the order of files and keys. Never empty.
    case invalid([SettingsProblem])
    /// There is no `NAME.toml`, or it is masked.
    case missing
  }

  /// One file that was read.
  public struct Fragment: Equatable, Sendable {
    /// Its path.
    public var path: String
    /// Stands for its bytes.
    public var digest: String
    /// The value of `channels.console.protocol` if this file gives one.
    public var consoleProtocol: WebProtocol?
  }

  /// The settings, if they hold.
  public var settings: ServiceSettings? {
    if case .valid(let settings) = outcome { settings } else { nil }
  }

  /// What is wrong; empty if nothing is.
  public var problems: [SettingsProblem] {
    if case .invalid(let problems) = outcome { problems } else { [] }
  }
}
