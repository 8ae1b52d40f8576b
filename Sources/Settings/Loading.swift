// Files in, settings out. Nothing is written, watched or kept.
internal import Files
internal import Planner

/// Reads the settings of one service.
///
/// `previous` is returned as it is if nothing has changed since: the parser's memory is never given
/// back, so a daemon should not parse the same bytes twice. `overlay` holds contents that count in
/// place of the file at their path, to see what a change would do before it is written.
public func loadSettings(
  name: String, folders: SettingsFolders, previous: LoadedSettings? = nil,
  overlay: [String: [UInt8]] = [:]
) -> LoadedSettings {
  guard isPlainName(name) else { return badName(name, file: "\(folders.etc)/\(name).toml") }
  let selection = FileSelection(name: name, folders: folders.all, extra: Array(overlay.keys))
  return load(name: name, selection: selection, previous: previous, overlay: overlay)
}

/// Reads one file on its own, with the drop-ins in `FILE.d` beside it.
///
/// The service's name is the file's.
public func checkFile(path: String) -> LoadedSettings {
  let slash = path.lastIndex(of: "/")
  let folder = slash.map { $0 == path.startIndex ? "" : String(path[..<$0]) } ?? "."
  let file = slash.map { String(path[path.index(after: $0)...]) } ?? path
  let name = file.hasSuffix(".toml") ? String(file.dropLast(5)) : file
  guard isPlainName(name) else { return badName(name, file: path) }
  guard FileSystem.exists(path) else {
    return refused(
      SettingsProblem(
        "unreadable", at: Place(file: path), found: "no such file", expected: "a settings file",
        why: "no such file, name a settings file that is there"))
  }
  var selection = FileSelection(name: name, folders: [folder])
  selection.main = path
  return load(name: name, selection: selection, previous: nil, overlay: [:])
}

/// The services that have settings in one of the folders, sorted; masked ones are left out.
public func serviceNames(folders: SettingsFolders) -> [String] {
  var names: Set<String> = []
  var masked: Set<String> = []
  for folder in folders.all {
    for file in FileSystem.list(folder) where file.hasSuffix(".toml") && !isLeftover(file) {
      let name = String(file.dropLast(5))
      let path = "\(folder)/\(file)"
      guard isPlainName(name), !masked.contains(name), !names.contains(name),
        !FileSystem.isDirectory(path)
      else { continue }
      if isMask(path) { masked.insert(name) } else { names.insert(name) }
    }
  }
  return names.sorted()
}

private func badName(_ name: String, file: String) -> LoadedSettings {
  let expected = "NAME.toml, where NAME is \(ValueRule.name.accepted)"
  let problem = SettingsProblem(
    "bad-name", at: Place(file: file), found: quoted(name), expected: expected,
    why: "\(quoted(name)) is no name of a service, accepted: \(expected)")
  return refused(problem)
}

private func refused(_ problem: SettingsProblem) -> LoadedSettings {
  LoadedSettings(
    outcome: .invalid([problem]), origins: [:], fragments: [], digest: ContentDigest().text)
}

/// The bytes of one file, or why there are none.
private struct RawFile {
  var path: String
  var bytes: [UInt8] = []
  var problem: SettingsProblem?

  /// nil if the file went away after it was listed.
  init?(_ path: String, overlay: [String: [UInt8]]) {
    self.path = path
    if let bytes = overlay[path] {
      self.bytes = bytes
      return
    }
    do throws(FileError) {
      bytes = try FileSystem.read(path, limit: SettingsLimits.fileBytes)
    } catch {
      if error.isMissing, !FileSystem.exists(path) { return nil }
      problem = unreadable(path, error)
    }
  }
}

private func load(
  name: String, selection: FileSelection, previous: LoadedSettings?, overlay: [String: [UInt8]]
) -> LoadedSettings {
  let main = selection.main.flatMap { RawFile($0, overlay: overlay) }
  let files =
    [main].compactMap(\.self) + selection.dropIns.compactMap { RawFile($0, overlay: overlay) }
  let digest = digest(of: files, selection: selection)
  if var previous, previous.digest == digest {
    previous.ignored = selection.warnings
    return previous
  }

  let contents = files.map { file in
    file.problem.map { FragmentContent($0) } ?? FragmentContent(file.bytes, file: file.path)
  }
  var merged = MergedSettings(contents)
  merged.problems = selection.problems + merged.problems
  let fragments = zip(files, contents).map { file, content in
    LoadedSettings.Fragment(
      path: file.path, digest: ContentDigest(file.bytes).text,
      consoleProtocol: consoleProtocol(content))
  }
  return LoadedSettings(
    outcome: outcome(name: name, main: main?.path, merged: merged),
    origins: merged.leaves.mapValues(\.place.file), fragments: fragments, digest: digest,
    suspicions: misspelledChannels(merged), ignored: selection.warnings)
}

/// Any name makes a channel, so a slip in a well-known one opens a port of its own.
private func misspelledChannels(_ merged: MergedSettings) -> [String] {
  let others = merged.channels.filter { !SettingsKeys.builtInChannels.contains($0.key) }
  return others.sorted { $0.key < $1.key }.compactMap { name, place in
    let near = SettingsKeys.builtInChannels.first { editDistance(name, $0) <= 2 }
    return near.map {
      "\(place.prefix)\"channels.\(name)\" is a channel of its own, did you mean"
        + " \"channels.\($0)\"?"
    }
  }
}

private func outcome(name: String, main: String?, merged: MergedSettings) -> LoadedSettings.Outcome
{
  guard let main else { return .missing }
  var validation = Validation(name: name, file: main, merged: merged)
  if let settings = validation.settings() { return .valid(settings) }
  return .invalid(Array(validation.problems.prefix(SettingsLimits.problems)))
}

private func consoleProtocol(_ content: FragmentContent) -> WebProtocol? {
  guard case .string(let text) = content.leaves["channels.console.protocol"]?.node else {
    return nil
  }
  return WebProtocol(rawValue: text)
}

private func digest(of files: [RawFile], selection: FileSelection) -> String {
  var digest = ContentDigest()
  digest.add(selection.main ?? "")
  for problem in selection.problems { digest.add(problem.text) }
  for file in files {
    digest.add(file.path)
    digest.add(file.problem?.text ?? "")
    digest.add("\(file.bytes.count)")
    digest.add(file.bytes)
  }
  return digest.text
}
