internal import Adoption
internal import Files
internal import Generations
internal import Glibc
internal import Planner
internal import Settings
internal import Systemd

/// Followed files that only root may read: `adopt` lets systemd hand them over, and says which.
extension Adopter {
  private var collector: CollectorPieces { CollectorPieces(name: name) }

  /// Makes or removes the pieces, as the settings and the rights of the files ask for.
  ///
  /// True: systemd must reload its files, then `startCollector`.
  func prepareCollector(_ settings: ServiceSettings, origins: [String: String]) throws -> Bool {
    guard settings.certificate.source == .followed, let files = settings.certificate.followed,
      try !Self.mayRead(files)
    else {
      guard collector.isThere else { return false }
      _ = try Self.systemctl(["stop", collector.path])
      try collector.remove()
      environment.complain("systemd hands over no files of \"\(name)\" any more.")
      return true
    }
    for path in files.paths {
      if let reason = RootTexts.refusal(ofCollected: path) {
        throw CommandProblem(
          .refused, "systemd cannot hand over \"\(path)\": \(reason)",
          next: "Give it another name, or let the user supervisord-ec read it")
      }
    }
    if !collector.areFor(files) { try requireWordOfRoot(for: files, origins) }
    guard try collector.make(for: files) else { return false }
    for (key, path) in Self.keys(of: files) {
      environment.complain(
        "note: systemd reads \"\(path)\" as root for the user supervisord-ec, as \(key) in"
          + " \"\(origins[key] ?? pieces.settings)\" asks for it")
    }
    return true
  }

  /// What systemd reads as root for an unprivileged user must be asked for by root: what the daemon
  /// may write in settings could name any file of the host.
  ///
  /// The settings are read again between two looks at their files, so that none was swapped.
  private func requireWordOfRoot(for files: FollowedFiles, _ origins: [String: String]) throws {
    let keys = Self.keys(of: files).map(\.key)
    let places = keys.map { origins[$0] ?? pieces.settings }
    let stamps = places.map(FileSystem.stamp)
    for (place, key) in zip(places, keys) where !Self.isOfRoot(place) {
      throw CommandProblem(
        .refused,
        "\(key) is set in \"\(place)\", which others than root may write, so systemd does not read"
          + " that file as root",
        next: "Write certificate.certificate and certificate.key_file into \"\(pieces.settings)\","
          + " and adopt again")
    }
    let now = loadSettings(name: name, folders: .system)
    guard case .valid(let settings) = now.outcome, settings.certificate.followed == files,
      keys.map({ now.origins[$0] ?? pieces.settings }) == places,
      places.map(FileSystem.stamp) == stamps
    else {
      throw CommandProblem(
        .refused, "the settings of \"\(name)\" are being changed", next: "Adopt again")
    }
  }

  private static func keys(of files: FollowedFiles) -> [(key: String, path: String)] {
    [("certificate.certificate", files.certificate), ("certificate.key_file", files.keyFile)]
  }

  /// Whether root alone can have written what a file says.
  private static func isOfRoot(_ path: String) -> Bool {
    guard case .file = FileSystem.kind(path), let facts = FileSystem.ownership(path) else {
      return false
    }
    return facts.user == 0 && facts.mode & 0o022 == 0
  }

  /// Watches the files from now on, and has them read once; a failure is told, as nothing of the
  /// adoption depends on it.
  func startCollector() throws {
    guard collector.isThere else { return }
    // Not only started: a path unit that runs takes other paths only when it begins anew.
    let outcome = try Self.systemctl(["restart", collector.path])
    guard outcome.status == 0 else {
      throw CommandProblem(
        .refused, "\(collector.path) could not be started",
        next: "See: systemctl status \(collector.path)")
    }
    do {
      try runHelper("collect")
    } catch let problem as CommandProblem {
      environment.complain("note: \(problem.what)")
    }
  }

  private static func systemctl(_ arguments: [String]) throws -> Subcommand.Outcome {
    try Subcommand.run(["/usr/bin/systemctl", "--quiet"] + arguments)
  }

  /// Whether the daemon itself reads these files; one that is missing may come with other rights.
  static func mayRead(_ files: FollowedFiles) throws -> Bool {
    if files.paths.contains(where: { FollowedContent.hiddenFolder(of: $0) != nil }) { return false }
    return try asOwnUser {
      files.paths.allSatisfy { path in
        (try? FileSystem.read(path, limit: InputSource.limit)) != nil
      }
    }
  }

  /// Runs `work` with the rights of our user and its groups alone, as systemd starts the daemon.
  private static func asOwnUser<Result>(_ work: () throws -> Result) throws -> Result {
    guard let owner = OwnUser.account else {
      throw CommandProblem(
        .refused, "there is no user \"supervisord-ec\"",
        next: "Reinstall the package: apt install --reinstall supervisord-ec")
    }
    let count = getgroups(0, nil)
    var groups = [gid_t](repeating: 0, count: Int(max(0, count)))
    guard count >= 0, unsafe getgroups(count, &groups) == count,
      unsafe initgroups("supervisord-ec", owner.group) == 0
    else {
      throw CommandProblem(
        .notPermitted, "the groups of \"supervisord-ec\" cannot be taken (initgroups)",
        next: "Run it outside of a container or sandbox that forbids it")
    }
    defer { unsafe setgroups(groups.count, groups) }
    return try OwnerRights.with(work)
  }
}
