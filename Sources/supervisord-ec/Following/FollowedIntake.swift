internal import Certificates
internal import Files
internal import Generations
internal import Planner
internal import Settings

/// Takes in what followed files hold: judges it as an import, keeps what is accepted, and records
/// what was seen.
///
/// Used by the daemon for files that it may read, by `collect` for those that systemd hands over,
/// and by the command that confirms. Runs with the rights of the user `supervisord-ec`.
struct FollowedIntake {
  let name: String
  /// The settings in force.
  let settings: ServiceSettings
  /// The names that the server is asked for.
  let serverNames: [String]
  var paths = HostPaths()
  let now: UnixSeconds
  /// Whether systemd or the caller read the files, which sees what it hides from the daemon.
  var isHandedOver = false
  /// The roots of this host, read only if something is judged.
  var anchors: () -> TrustAnchors = { TrustAnchors(reading: TrustAnchors.Places()) }

  /// Reads settings and adoption from their files, for commands and helpers.
  init(
    reading name: String, paths: HostPaths = HostPaths(),
    folders: SettingsFolders = .system, now: UnixSeconds
  ) throws {
    let loaded = loadSettings(name: name, folders: folders)
    guard let settings = loaded.settings else {
      throw FileError(
        "read", "\(folders.etc)/\(name).toml",
        reason: loaded.problems.first?.text ?? "there are no settings")
    }
    let adoption = try AdoptionStore(root: paths.adopted).read(name)
    self.init(
      name: name, settings: settings, serverNames: adoption?.serverNames ?? [], paths: paths,
      now: now)
  }

  /// `serverNames` as the record of adoption has them.
  init(
    name: String, settings: ServiceSettings, serverNames: [String], paths: HostPaths,
    now: UnixSeconds
  ) {
    self.name = name
    self.settings = settings
    self.serverNames = CertificateKeeper.plainNames(serverNames)
    self.paths = paths
    self.now = now
  }

  /// Why there is nothing to take in.
  struct NotFollowed: Error, CustomStringConvertible {
    let name: String
    var description: String {
      "\"\(name)\" follows no certificate; set certificate.source, certificate.certificate and"
        + " certificate.key_file"
    }
  }

  var store: ServiceStore { ServiceStore(root: paths.state, name: name) }

  /// The files to follow.
  func files() throws(NotFollowed) -> FollowedFiles {
    guard settings.certificate.source == .followed, let files = settings.certificate.followed
    else { throw NotFollowed(name: name) }
    return files
  }

  /// The record, if it speaks of the files that are followed now.
  func record() throws(NotFollowed) -> FollowedFacts? {
    let files = try files()
    return store.followed().flatMap { $0.files == files ? $0 : nil }
  }

  /// Judges the content, keeps it if it is accepted, and writes the record if anything is new.
  ///
  /// `insists`: something better is replaced by something worse, too. The lock is waited for so
  /// long; a `FileError` that `isBusy` says that somebody else has it. What is refused changes
  /// nothing but the record.
  @discardableResult
  func take(
    _ content: FollowedContent, insists: Bool = false,
    lockMilliseconds: Int = StoreLimits.lockMilliseconds
  ) throws -> FollowedFacts {
    let before = try record()
    var judged = judge(content, files: try files(), before: before, insists: insists)
    defer { judged.wipe() }
    guard judged.facts != before || isDamaged(judged.facts) else { return judged.facts }
    try store.prepareFolders()
    let lock = try store.lock(milliseconds: lockMilliseconds)
    if let new = judged.accepted {
      try store.writeImport(new.certificate, chainPEM: new.chain, keyPEM: new.key)
    }
    try store.writeFollowed(judged.facts)
    if judged.accepted != nil { try prune(judged.facts, before) }
    _ = consume lock
    return judged.facts
  }

  /// Keeps what could be served again: the new one, the one before, and what the links name.
  private func prune(_ facts: FollowedFacts, _ before: FollowedFacts?) throws(FileError) {
    let candidate = store.candidateNumber.flatMap { store.generation($0) }
    let kept = [
      facts.accepted?.sha256, before?.accepted?.sha256, settings.certificate.imported,
      store.current()?.certificate.sha256, candidate?.certificate.sha256,
    ]
    try store.pruneImports(keeping: Set(kept.compactMap(\.self)))
  }

  /// Whether the accepted certificate is not whole on disk any more.
  private func isDamaged(_ facts: FollowedFacts) -> Bool {
    facts.accepted.map { store.importedCertificate($0.sha256) == nil } ?? false
  }
}
