// Which files make the settings of one service, as systemd.unit(5) has it for units.
internal import Files

/// The files of one service, before any is opened.
struct FileSelection: Equatable, Sendable {
  /// `NAME.toml`; nil if there is none or it is masked.
  var main: String?
  /// Drop-ins in the order of merging: by file name, the strongest folder for each.
  var dropIns: [String] = []
  var problems: [SettingsProblem] = []
  var warnings: [String] = []

  /// Looks into all folders; `extra` are paths that count as if they were there.
  init(name: String, folders: [String], extra: [String] = []) {
    main = folders.lazy.map { "\($0)/\(name).toml" }.first {
      FileSystem.exists($0) || extra.contains($0)
    }
    if let path = main, isMask(path), !extra.contains(path) { main = nil }
    var chosen: [String: String] = [:]
    for folder in folders.reversed() {
      let directory = "\(folder)/\(name).toml.d"
      for file in list(directory) where accepts(file, in: directory) {
        chosen[file] = "\(directory)/\(file)"
      }
      for path in extra where path.hasPrefix(directory + "/") {
        chosen[String(path.dropFirst(directory.count + 1))] = path
      }
    }
    let files = chosen.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    dropIns = files.compactMap { chosen[$0] }.filter { extra.contains($0) || !isMask($0) }
    guard dropIns.count > SettingsLimits.dropIns else { return }
    problems.append(
      SettingsProblem(
        "too-many", at: Place(file: dropIns[SettingsLimits.dropIns]),
        found: "\(dropIns.count) drop-ins", expected: "at most \(SettingsLimits.dropIns)",
        why: "one of \(dropIns.count) drop-ins, accepted: at most \(SettingsLimits.dropIns)"))
    dropIns.removeLast(dropIns.count - SettingsLimits.dropIns)
  }

  private mutating func list(_ directory: String) -> [String] {
    do throws(FileError) {
      return try FileSystem.entries(directory)
    } catch {
      problems.append(unreadable(directory, error))
      return []
    }
  }

  private mutating func accepts(_ file: String, in directory: String) -> Bool {
    guard !isLeftover(file) else { return false }
    guard file.hasSuffix(".toml") else {
      warnings.append("\(quoted("\(directory)/\(file)")): no name of a drop-in, ignoring")
      return false
    }
    return true
  }
}

/// A file that is a link to `/dev/null` hides the weaker ones of its name.
func isMask(_ path: String) -> Bool { FileSystem.resolve(path) == "/dev/null" }

/// What editors and dpkg leave behind (dpkg(1), "--force-confold").
public func isLeftover(_ file: String) -> Bool {
  file.hasPrefix(".") || file.hasPrefix("#") || file.hasSuffix("~") || file.contains(".dpkg-")
    || [".bak", ".orig", ".rej", ".swp", ".tmp", ".ucf-old", ".ucf-dist"].contains {
      file.hasSuffix($0)
    }
}

/// The problem of a file that cannot be read.
func unreadable(_ path: String, _ error: FileError) -> SettingsProblem {
  // Files refuses a size by its own reason, without an error number.
  let isTooLarge = error.code == 0 && error.reason.hasPrefix("larger than")
  return SettingsProblem(
    isTooLarge ? "too-large" : "unreadable", at: Place(file: path), found: error.reason,
    expected: "a readable file of at most \(SettingsLimits.fileBytes) bytes",
    why: "\(error.reason) (\(error.operation)), accepted: a readable file of at most "
      + "\(SettingsLimits.fileBytes) bytes")
}
