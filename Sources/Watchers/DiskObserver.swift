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
  private let memory = DiskMemory()

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
  public func adoption(_ name: String) -> Adoption? { memory.adoption(name, in: adoptions) }

  /// Reads everything anew from now on, should stat(2) not tell of a change.
  public func forgetAll() { memory.forgetAll() }

  private func adoptionProblem(_ name: String) -> String? {
    do throws(FileError) {
      _ = try adoptions.read(name)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The directories in which a change can concern these services.
  public func watchedDirectories(_ names: [String]) -> [String] {
    var result = Set(folders.all + [paths.adopted, paths.requests, "\(paths.state)/units"])
    for name in names {
      result.formUnion(folders.all.map { "\($0)/\(name).toml.d" })
      result.formUnion(["\(paths.state)/\(name)", "\(paths.state)/\(name)/requests"])
      for link in adoption(name)?.links ?? [] {
        if let slash = link.lastIndex(of: "/") { result.insert(String(link[..<slash])) }
      }
    }
    return result.sorted()
  }

  /// The settings files that can change outside of those directories: they are symlinks, or have
  /// other names too.
  public func watchedPaths() -> [String] {
    folders.all.flatMap { folder in
      FileSystem.list(folder).flatMap { file -> [String] in
        let path = "\(folder)/\(file)"
        if file.hasSuffix(".toml") { return [path] }
        guard file.hasSuffix(".toml.d") else { return [] }
        return [path] + FileSystem.list(path).map { "\(path)/\($0)" }
      }
    }.filter { path in
      switch FileSystem.kind(path) {
      case .link: true
      case .file(let names): names > 1
      case .directory, .missing: false
      }
    }
  }

  /// Whether a directory is one that we write ourselves.
  public func isState(_ directory: String) -> Bool { directory.hasPrefix(paths.state + "/") }

  /// Whether a change of `file` in a watched directory is the daemon's own: status files, memory,
  /// lock and temporary names.
  ///
  /// Of the runtime folder only the folders in it tell anything.
  public func isOwnWrite(_ file: String, in directory: String) -> Bool {
    guard !file.isEmpty else { return false }
    if directory == paths.requests { return !isRequest(file, in: directory) }
    if directory == paths.runtime { return !watchedInRuntime.contains("\(directory)/\(file)") }
    return isState(directory) && (file.hasPrefix(".") || Self.ownFiles.contains(file))
  }

  /// Replies are ours; of a request that is gone one must know whose it was.
  private func isRequest(_ file: String, in directory: String) -> Bool {
    Self.isNameOfRequest(file)
      && (FileSystem.exists("\(directory)/\(file)") || memory.asker(file) != nil)
  }

  private static func isNameOfRequest(_ file: String) -> Bool {
    file.hasSuffix(".json") && !file.hasSuffix(".reply.json") && !file.hasPrefix(".")
  }

  /// What the daemon alone writes in the folder of a service; `ServiceStore` names them.
  private static let ownFiles: Set<String> = ["lock", "state.json"]

  private var watchedInRuntime: [String] { folders.all + [paths.requests] }

  /// Whether somebody else may be writing in a directory, without a temporary file.
  public func isWrittenByOthers(_ directory: String) -> Bool {
    !isState(directory) && directory != paths.requests
  }

  /// Whether a path is one of a service's settings; what editors leave behind is none.
  public func areSettings(_ changed: String, of name: String) -> Bool {
    folders.all.contains { folder in
      let main = "\(folder)/\(name).toml"
      if changed == main || changed == main + ".d" { return true }
      guard changed.hasPrefix(main + ".d/"), changed.hasSuffix(".toml") else { return false }
      return !isLeftover(String(changed.dropFirst(main.utf8.count + 3)))
    }
  }

  /// Everything on the way to files that are symlinks: what changes there changes them.
  public func places(of loaded: LoadedSettings?) -> Set<String> {
    var result: Set<String> = []
    for fragment in loaded?.fragments ?? [] { result.formUnion(PathWalk(fragment.path).all) }
    return result
  }

  /// The service that a change of `file` in a watched directory concerns; nil: it may be any.
  ///
  /// Changes in the folder of adoptions, and of the folders themselves, concern all.
  public func service(of file: String, in directory: String) -> String? {
    guard !file.isEmpty else { return nil }
    if directory == paths.requests { return request(file)?.name ?? memory.asker(file) }
    if folders.all.contains(directory) {
      return file.hasSuffix(".toml") ? String(file.dropLast(".toml".count)) : nil
    }
    for folder in folders.all where directory.hasPrefix(folder + "/") {
      let name = directory.dropFirst(folder.count + 1)
      return name.hasSuffix(".toml.d") ? String(name.dropLast(".toml.d".count)) : nil
    }
    guard isState(directory) else { return nil }
    return String(directory.dropFirst(paths.state.count + 1).prefix { $0 != "/" })
  }

  /// Everything that the planner may know, but for the unit.
  public func observe(
    _ name: String, state: ServiceState, clock: ClockFacts, unit: UnitFacts,
    loaded: LoadedSettings? = nil
  ) -> Observation {
    let store = ServiceStore(root: paths.state, name: name)
    let adoption = adoption(name)
    let loaded = loaded ?? loadSettings(name: name, folders: folders)
    let generation = { (number: Int) in memory.generation(number, of: store) }
    // What is damaged is mended by a new certificate: no passing error of reading may look so.
    let current =
      store.currentNumber.flatMap(generation) ?? store.currentNumber.flatMap(generation)
    let candidate = store.candidateNumber.flatMap(generation)
    let lastGood = state.committed.reversed().lazy.compactMap(generation).first
    memory.keep([current?.number, candidate?.number, lastGood?.number], of: name)
    var observation = Observation(
      clock: clock, settings: settingsFacts(name, loaded), adoption: adoption, unit: unit,
      profile: profileFacts(adoption?.profile ?? profileName(loaded)),
      ratchet: ratchetFacts(adoption?.unit ?? unitName(loaded)),
      current: current, candidate: candidate?.number == current?.number ? nil : candidate,
      lastGood: lastGood,
      generationsOnDisk: store.numbers(), requests: requests(name), calendar: store.calendar())
    if adoption == nil { observation.adoptionProblem = adoptionProblem(name) }
    if current == nil { observation.newerCurrent = store.newerCurrent() }
    let wanted = observation.settings.inForce(state)?.certificate
    if let wanted, wanted.source == .imported, let sha256 = wanted.imported {
      observation.imported = memory.imported(sha256, of: store)
    }
    observation.followed = followed(wanted, store)
    observation.certificateRequests = store.certificateRequests()
    observation.brokenLinks = (adoption?.links ?? []).filter { link in
      !(FileSystem.linkTarget(link)?.hasPrefix("\(paths.state)/\(name)/current/") ?? false)
    }
    return observation
  }

  /// The record of followed files, if it speaks of those of the settings.
  ///
  /// An accepted certificate that is not whole on disk is none.
  private func followed(
    _ settings: CertificateSettings?, _ store: ServiceStore
  ) -> FollowedFacts? {
    guard let settings, settings.source == .followed,
      var facts = memory.followed(of: store), facts.files == settings.followed
    else { return nil }
    facts.accepted = facts.accepted.flatMap { memory.imported($0.sha256, of: store) }
    return facts
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
      return .readable(try memory.ratchet(unit, in: ratchets))
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
    let files = FileSystem.list(paths.requests).filter(Self.isNameOfRequest)
    let requests = files.prefix(Self.requestFiles).compactMap(request).filter { $0.name == name }
    let sorted = requests.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    return Array(sorted.prefix(Limits.waitingRequests))
  }

  private func request(_ file: String) -> Request? {
    guard Self.isNameOfRequest(file),
      let bytes = try? FileSystem.read("\(paths.requests)/\(file)", limit: Self.requestBytes),
      RecordNumbers.areBounded(bytes),
      let request = try? JSONDecoder().decode(Request.self, from: Data(bytes)),
      "\(request.id).json" == file
    else { return nil }
    memory.note(request, file: file)
    return request
  }

  /// A request is a short record.
  private static let requestBytes = 4_096
  /// More files than this in the folder of requests are left for later.
  private static let requestFiles = 1_024
}
