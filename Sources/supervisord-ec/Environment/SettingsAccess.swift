/// Where the verbs meet the settings and the profiles on disk.
enum SettingsAccess {
  /// Writes one setting into `90-set.toml`, after the whole was found valid with it.
  static func save(_ change: SettingChange) throws -> SavedSetting { throw unavailable }

  /// Says what is wrong with settings files.
  static func check(_ files: [String]) throws -> CheckResult { throw unavailable }

  /// The installed profiles.
  static func profiles() throws -> [ProfileSummary] { throw unavailable }

  private static var unavailable: CommandProblem {
    CommandProblem(.unavailable, "this build reads no settings")
  }
}
