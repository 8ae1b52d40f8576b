internal import FoundationEssentials
public import Generations
public import Planner
public import Settings

internal import Files

/// Reads what is on disk of one service.
///
/// Decides nothing.
public struct DiskObserver {
  /// Where everything lives.
  public let paths: HostPaths
  /// Where settings live.
  public let folders: SettingsFolders
  private let adoptions: AdoptionStore
  private let ratchets: RatchetStore
  private let profiles = ProfileCache()

  /// Looks below `paths`.
  public init(paths: HostPaths = HostPaths(), adoptionOwner: UInt32 = 0) {
    self.paths = paths
    folders = SettingsFolders(root: paths.root)
    adoptions = AdoptionStore(root: paths.adopted, owner: adoptionOwner)
    ratchets = RatchetStore(root: paths.state)
  }

  /// The services that have settings or are adopted, sorted, at most `Limits.services`.
  public func names() -> [String] {
    let names = Set(serviceNames(folders: folders)).union(adoptions.all().map(\.name))
    return Array(names.sorted().prefix(Limits.services))
  }

  /// What root decided for a service; nil: not adopted, or the record is not root's.
  public func adoption(_ name: String) -> Adoption? { try? adoptions.read(name) }

  /// The directories in which a change can concern these services, symlinks followed.
  public func watchedDirectories(_ names: [String]) -> [String] {
    var result = folders.all + [paths.adopted, paths.requests]
    for name in names {
      result += folders.all.map { "\($0)/\(name).toml.d" }
      result.append("\(paths.state)/\(name)")
      result += (adoption(name)?.links ?? []).compactMap { link in
        link.lastIndex(of: "/").map { String(link[..<$0]) }
      }
    }
    for folder in folders.all {
      result += LinkChain.directories(of: folder)
      let files = FileSystem.list(folder).filter {
        $0.hasSuffix(".toml") || $0.hasSuffix(".toml.d")
      }
      for file in files {
        let path = "\(folder)/\(file)"
        if FileSystem.linkTarget(path) != nil { result += LinkChain.directories(of: path) }
        guard file.hasSuffix(".d") else { continue }
        for dropIn in FileSystem.list(path) where FileSystem.linkTarget("\(path)/\(dropIn)") != nil
        {
          result += LinkChain.directories(of: "\(path)/\(dropIn)")
        }
      }
    }
    return Array(Set(result))
  }

  /// Whether a directory is one that we write ourselves.
  public func isState(_ directory: String) -> Bool { directory.hasPrefix(paths.state + "/") }

  /// The service that a change of `file` in a watched directory concerns; nil: it may be any.
  ///
  /// Changes in the folders of adoptions and requests, and of the folders themselves, concern all.
  public func service(of file: String, in directory: String) -> String? {
    guard !file.isEmpty else { return nil }
    if folders.all.contains(directory) {
      return file.hasSuffix(".toml") ? String(file.dropLast(".toml".count)) : nil
    }
    for folder in folders.all where directory.hasPrefix(folder + "/") {
      let name = directory.dropFirst(folder.count + 1)
      return name.hasSuffix(".toml.d") ? String(name.dropLast(".toml.d".count)) : nil
    }
    guard isState(directory) else { return nil }
    return String(directory.dropFirst(paths.state.count + 1))
  }

  /// Everything that the planner may know, but for the unit.
  public func observe(
    _ name: String, state: ServiceState, clock: ClockFacts, unit: UnitFacts,
    loaded: LoadedSettings? = nil
  ) -> Observation {
    let store = ServiceStore(root: paths.state, name: name)
    let adoption = adoption(name)
    let loaded = loaded ?? loadSettings(name: name, folders: folders)
    let current = store.current()
    let candidate = store.candidate()
    var observation = Observation(
      clock: clock, settings: settingsFacts(name, loaded), adoption: adoption, unit: unit,
      profile: profileFacts(adoption?.profile ?? profileName(loaded)),
      ratchet: ratchetFacts(adoption?.unit ?? unitName(loaded)),
      current: current, candidate: candidate?.number == current?.number ? nil : candidate,
      lastGood: state.committed.reversed().lazy.compactMap { store.generation($0) }.first,
      generationsOnDisk: store.numbers(), requests: requests(name), calendar: store.calendar())
    if let sha256 = importedName(loaded, state) {
      observation.imported = store.importedCertificate(sha256)
    }
    observation.certificateRequests = store.certificateRequests()
    observation.brokenLinks = (adoption?.links ?? []).filter { link in
      !(FileSystem.linkTarget(link)?.hasPrefix("\(paths.state)/\(name)/current/") ?? false)
    }
    return observation
  }

  /// The imported certificate that the settings in force name.
  private func importedName(_ loaded: LoadedSettings, _ state: ServiceState) -> String? {
    let certificate =
      if case .valid(let settings) = loaded.outcome { settings.certificate } else {
        state.lastValidSettings?.certificate
      }
    return certificate?.source == .imported ? certificate?.imported : nil
  }

  private func profileName(_ loaded: LoadedSettings) -> String? {
    guard case .valid(let settings) = loaded.outcome else { return nil }
    return settings.profile
  }

  private func unitName(_ loaded: LoadedSettings) -> String? {
    guard case .valid(let settings) = loaded.outcome else { return nil }
    return settings.unit
  }

  private func profileFacts(_ name: String?) -> ProfileFacts? {
    name.flatMap { profiles.facts(of: $0, root: paths.profiles) }
  }

  private func ratchetFacts(_ unit: String?) -> RatchetFacts {
    guard let unit else { return .readable(Ratchet()) }
    do throws(FileError) {
      return .readable(try ratchets.read(unit: unit))
    } catch {
      return .unreadable("\(error)")
    }
  }

  private func settingsFacts(_ name: String, _ loaded: LoadedSettings) -> SettingsFacts {
    let outcome: SettingsFacts.Outcome =
      switch loaded.outcome {
      case .valid(let settings): .valid(settings)
      case .invalid(let problems): .invalid(problems.map(\.text))
      case .missing: .missing
      }
    let dropIn = "\(folders.etc)/\(name).toml.d"
    let saying = loaded.fragments.filter { $0.consoleProtocol == .http }.map(\.path)
    let last = loaded.fragments.last { $0.consoleProtocol != nil }
    return SettingsFacts(
      outcome: outcome, digest: loaded.digest, filesSayingHTTP: saying,
      mergedSaysHTTP: last?.consoleProtocol == .http,
      dropInHasProtocol: loaded.fragments.contains {
        $0.path == "\(dropIn)/90-set.toml" && $0.consoleProtocol != nil
      },
      dropInWritable: FileSystem.isWritable(dropIn))
  }

  /// Requests that wait for one service, oldest first; what cannot be read is passed over.
  public func requests(_ name: String) -> [Request] {
    let files = FileSystem.list(paths.requests).filter {
      $0.hasSuffix(".json") && !$0.hasSuffix(".reply.json") && !$0.hasPrefix(".")
    }
    let requests = files.prefix(Self.requestFiles).compactMap { file -> Request? in
      let path = "\(paths.requests)/\(file)"
      guard let bytes = try? FileSystem.read(path, limit: Self.requestBytes),
        let request = try? JSONDecoder().decode(Request.self, from: Data(bytes)),
        "\(request.id).json" == file, request.name == name
      else { return nil }
      return request
    }
    let sorted = requests.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    return Array(sorted.prefix(Limits.waitingRequests))
  }

  /// A request is a short record.
  private static let requestBytes = 4_096
  /// More files than this in the folder of requests are left for later.
  private static let requestFiles = 1_024
}
