internal import Adoption
internal import Files
internal import Generations
internal import Planner
internal import Settings

/// Where the verbs meet the settings and the profiles on disk.
///
/// Asks neither the daemon nor systemd.
struct SettingsAccess: Sendable {
  /// The folders of the settings.
  var folders = SettingsFolders.system
  /// The folder of the profiles.
  var profileFolder = Profile.standardRoot
  /// Where unit files lie.
  var units = UnitFiles()
  /// What is held while `90-set.toml` is read and written: the daemon writes it, too.
  var lockFile = HostPaths().settingsLock
  /// How long somebody else's write is waited for, in milliseconds.
  var lockMilliseconds = StoreLimits.lockMilliseconds

  /// The drop-in that `set` writes.
  func dropIn(_ name: String) -> String { "\(folders.etc)/\(name).toml.d/90-set.toml" }

  /// Writes one setting into `90-set.toml`, after the whole was found valid with it.
  func save(_ change: SettingChange) throws(CommandProblem) -> SavedSetting {
    let lock = try lock()
    let saved = try saveLocked(change)
    _ = consume lock
    return saved
  }

  private func saveLocked(_ change: SettingChange) throws(CommandProblem) -> SavedSetting {
    let file = dropIn(change.name)
    let before = try current(file)
    let bytes: [UInt8]
    do throws(SettingsProblem) {
      bytes = try settingDropIn(
        current: before, key: change.key, value: change.value, file: file)
    } catch {
      throw Self.refusal(error)
    }
    return try write(bytes, over: before, for: change, to: file)
  }

  /// Sets a hold, or ends one, in one write.
  func saveHold(_ hold: HoldChange) throws(CommandProblem) -> SavedSetting {
    let lock = try lock()
    let saved = try saveLocked(hold)
    _ = consume lock
    return saved
  }

  private func saveLocked(_ hold: HoldChange) throws(CommandProblem) -> SavedSetting {
    let file = dropIn(hold.name)
    let before = try current(file)
    let (until, reason) = ("hold.until", "hold.reason")
    let change = SettingChange(name: hold.name, key: until, value: hold.until ?? "")
    let bytes: [UInt8]
    do throws(SettingsProblem) {
      var next = before
      if let kept = before {
        next = try settingDropIn(current: kept, without: [until, reason], file: file) ?? kept
      }
      if let moment = hold.until {
        next = try settingDropIn(current: next, key: until, value: moment, file: file)
      }
      if let text = hold.reason {
        next = try settingDropIn(current: next, key: reason, value: text, file: file)
      }
      guard let next else { return SavedSetting(file: file, changed: false) }
      bytes = next
    } catch {
      throw Self.refusal(error)
    }
    return try write(bytes, over: before, for: hold.until == nil ? nil : change, to: file)
  }

  /// Has the settings name an imported certificate, or none any more, in one write, after `keep`
  /// has put it in place; settings that are refused leave everything as it was.
  func saveImport(_ change: ImportChange, keep: () throws -> Void) throws -> SavedSetting {
    let lock = try lock()
    let saved = try saveLocked(change, keep: keep)
    _ = consume lock
    return saved
  }

  private func saveLocked(
    _ change: ImportChange, keep: () throws -> Void
  ) throws -> SavedSetting {
    let file = dropIn(change.name)
    let before = try current(file)
    let source = change.source.rawValue
    var values = [("certificate.source", source)]
    if let sha256 = change.sha256 { values.append(("certificate.imported", sha256)) }
    if let at = change.activatesAt {
      values.append(("certificate.activate_at", Timestamp.text(at)))
    }
    if change.turnsTrustOff { values.append(("agents.trusted_communication", "false")) }
    var bytes = before
    do throws(SettingsProblem) {
      if let kept = before {
        let old = ["certificate.imported", "certificate.activate_at"]
        bytes = try settingDropIn(current: kept, without: old, file: file) ?? kept
      }
      for (key, value) in values {
        bytes = try settingDropIn(current: bytes, key: key, value: value, file: file)
      }
    } catch {
      throw Self.refusal(error)
    }
    let asked = SettingChange(name: change.name, key: "certificate.source", value: source)
    try judge(asked, file: file, bytes: bytes ?? [])
    try keep()
    return try write(bytes ?? [], over: before, for: asked, to: file)
  }

  private func write(
    _ bytes: [UInt8], over before: [UInt8]?, for change: SettingChange?, to file: String
  ) throws(CommandProblem) -> SavedSetting {
    guard bytes != before else { return SavedSetting(file: file, changed: false) }
    if let change { try judge(change, file: file, bytes: bytes) }
    do throws(FileError) {
      let folder = String(file.dropLast("/90-set.toml".count))
      // Set-group-ID, so that what members of the group write stays theirs together.
      if !FileSystem.exists(folder) { try FileSystem.makeDirectory(folder, mode: 0o2775) }
      try FileSystem.write(bytes, to: file, mode: 0o664)
    } catch {
      throw RuntimeFolder.problem(error)
    }
    return SavedSetting(file: file, changed: true)
  }

  private func lock() throws(CommandProblem) -> FileLock {
    do throws(FileError) {
      return try FileLock(lockFile, milliseconds: lockMilliseconds, mode: 0o660)
    } catch {
      if error.isBusy {
        throw CommandProblem(
          .refused, "nothing was saved: somebody else changes settings just now",
          next: "Try again; who it is shows: fuser -v \(lockFile)")
      }
      throw RuntimeFolder.problem(error)
    }
  }

  private func current(_ file: String) throws(CommandProblem) -> [UInt8]? {
    do throws(FileError) {
      return try FileSystem.readIfThere(file, limit: SettingsLimits.fileBytes)
    } catch {
      throw RuntimeFolder.problem(error)
    }
  }

  /// Reads everything as if the change were made.
  private func judge(
    _ change: SettingChange, file: String, bytes: [UInt8]
  ) throws(CommandProblem) {
    let loaded = loadSettings(name: change.name, folders: folders, overlay: [file: bytes])
    switch loaded.outcome {
    case .invalid(let problems):
      guard let first = problems.first else { return }
      throw Self.refusal(first)
    case .missing:
      throw CommandProblem(
        .refused, "there is no \"\(folders.etc)/\(change.name).toml\"; nothing was saved",
        next: "Write it first; see supervisord-ec.toml(5)")
    case .valid:
      guard let winner = loaded.origins[change.key], winner != file else { return }
      throw CommandProblem(
        .refused, "\"\(winner)\" sets \"\(change.key)\" and is read later; nothing was saved",
        next: "Change it there, or take it out of that file")
    }
  }

  private static func refusal(_ problem: SettingsProblem) -> CommandProblem {
    CommandProblem(
      .refused, "\(problem.text); nothing was saved",
      next: "All keys and values: man supervisord-ec.toml")
  }

  /// Says what is wrong with settings files; without files with those of every service.
  func check(_ files: [String]) -> CheckResult {
    let loaded =
      files.isEmpty
      ? serviceNames(folders: folders).map { loadSettings(name: $0, folders: folders) }
      : files.map { checkFile(path: $0) }
    var result = CheckResult(problems: [], checked: Self.checks, files: [])
    for one in loaded {
      result.problems += one.problems.map(CheckProblem.init)
      result.files += one.fragments.map(\.path)
      result.warnings += one.warnings
      guard let settings = one.settings else { continue }
      let refusal = UnitEligibility.refusal(forName: settings.unit)
      if let text = refusal ?? units.problem(settings.unit) {
        result.problems.append(
          CheckProblem(
            code: refusal == nil ? "unknown-unit" : "unfit-unit", file: one.origins["unit"],
            key: "unit",
            found: settings.unit, expected: "a unit of this host", text: text))
      }
      do throws(ProfileError) {
        _ = try Profile.load(name: settings.profile, root: profileFolder)
      } catch {
        let known = Profile.names(root: profileFolder).joined(separator: ", ")
        result.problems.append(
          CheckProblem(
            code: error.code.rawValue, file: one.origins["profile"], key: "profile",
            found: settings.profile, expected: known, text: "\(error)"))
      }
    }
    return result
  }

  /// What `check` looks at, in this order.
  private static let checks = ["syntax", "keys", "values", "unit", "profile"]

  /// The installed profiles, the broken ones included.
  func profiles() -> [ProfileSummary] {
    Profile.names(root: profileFolder).map { name in
      do throws(ProfileError) {
        let profile = try Profile.load(name: name, root: profileFolder)
        return ProfileSummary(name: name, description: profile.description)
      } catch {
        return ProfileSummary(
          name: name, description: "cannot be read: \(error)", isBroken: true)
      }
    }
  }
}

extension CheckProblem {
  /// A problem of the settings; a file without a name is none.
  init(_ problem: SettingsProblem) {
    self.init(
      code: problem.code, file: problem.file.isEmpty ? nil : problem.file, line: problem.line,
      key: problem.key, found: problem.found, expected: problem.expected, text: problem.text)
  }
}
