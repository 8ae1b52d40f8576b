internal import Adoption
internal import Coordinator
internal import Files
internal import Generations
internal import Glibc
internal import Planner
internal import Settings
internal import Systemd
internal import Watchers

/// The work of `adopt`: each step can be repeated, and none edits the administrator's files.
struct Adopter {
  let unit: String
  let profileName: String
  let name: String
  let backend: String?
  let environment: Environment
  let paths = HostPaths()
  private let manager: Manager
  private let records: AdoptionStore
  private let intended: AdoptionStore
  let pieces: RootPaths

  /// systemd has to answer within this.
  private static let systemdSeconds = 15
  /// Making a generation takes milliseconds; an RSA key on a small machine some seconds.
  private static let helperSeconds = 90

  init(
    unit: String, profile: String, name: String, backend: String?, environment: Environment
  ) throws {
    self.unit = unit
    profileName = profile
    self.name = name
    self.backend = backend
    self.environment = environment
    records = AdoptionStore(root: paths.adopted)
    intended = AdoptionStore(root: paths.adopted + "/intended")
    pieces = RootPaths(name: name, unit: unit)
    do {
      manager = Manager(loop: try EventLoop())
      try manager.connectAndWait(timeoutSeconds: Self.systemdSeconds)
    } catch {
      throw CommandProblem(
        .unavailable, "systemd does not answer: \(error)",
        next: "Look at it: systemctl status dbus.service")
    }
  }

  /// Adopts, or says what is missing.
  func run() throws -> ExitStatus {
    let profile = try profile()
    try judgeUnit(profile)
    let known = try records.read(name)
    let before = Footprint(pieces, sites: Self.standardSites)
    do {
      return try adopt(known)
    } catch {
      if known == nil { before.remove() }
      throw error
    }
  }

  /// The site of settings that this run writes itself.
  private static let standardSites = ["main"]

  private func adopt(_ known: Adoption?) throws -> ExitStatus {
    let (settings, origins) = try settings()
    let wantedBackend = backend ?? known?.backend
    var record = Adoption(
      name: name, unit: unit, profile: profileName, backend: wantedBackend,
      serverNames: known?.serverNames ?? [])
    try intended.write(record)
    defer { try? intended.remove(name) }
    try makeGeneration(isAdopted: known != nil)
    let sites = wantedBackend == nil ? Self.sites(of: settings) : []
    try RootPieces(pieces).makeLinks(sites: sites)
    record.links = sites.map(pieces.site) + [pieces.http]
    let configuration = try configuration()
    let proposed = proposal(
      for: settings, configuration: configuration,
      paths: pieces.included(adopted: records.all().map(\.name)),
      backend: wantedBackend != nil, resolvePath: FileSystem.resolve)
    for warning in proposed.warnings { environment.complain("note: \(warning)") }
    switch proposed.outcome {
    case .refused(let reason):
      throw CommandProblem(.refused, "not adopted: \(reason)")
    case .patch(let diff, let explanation):
      return propose(diff, explanation)
    case .included(let serverNames):
      record.serverNames = serverNames
      for name in proposed.leftOver { try RootPieces(pieces).removeCopies(of: name) }
      return try finish(record, settings, origins: origins, wasAdopted: known == record)
    }
  }

  // MARK: Before anything is written

  private func profile() throws -> Profile {
    do {
      return try Profile.load(name: profileName, root: paths.profiles)
    } catch {
      throw CommandProblem(
        .refused, "no profile: \(error)", next: "See what there is: supervisord-ec profiles")
    }
  }

  private func judgeUnit(_ profile: Profile) throws {
    if let other = records.all().first(where: { $0.unit == unit && $0.name != name }) {
      throw CommandProblem(
        .refused, "\(unit) is adopted already, as \"\(other.name)\"",
        next: "Repair it: supervisord-ec adopt \(unit) --profile \(other.profile) --name"
          + " \(other.name)")
    }
    if let known = try records.read(name), known.unit != unit {
      throw CommandProblem(
        .refused, "\"\(name)\" is the name of \(known.unit) already",
        next: "Choose another: supervisord-ec adopt \(unit) --profile \(profileName) --name NAME")
    }
    var properties: UnitProperties
    do {
      properties = try manager.waitForProperties(of: unit)
    } catch {
      throw CommandProblem(
        .refused, "\(unit): systemd says: \(error.reason)", next: "See: systemctl status \(unit)")
    }
    // A socket unit that is not loaded at the moment does not show among what triggers the service.
    if let socket = try sleepingSocket() { properties.triggeredBy.append(socket) }
    let verdict = Eligibility.judge(
      unit, properties, profileReloads: !profile.reloadServes.isEmpty)
    if let refusal = verdict.refusal { throw CommandProblem(.refused, "not adopted: \(refusal)") }
    for warning in verdict.warnings { environment.complain("note: \(warning)") }
    try judgeProgram(profile)
  }

  private func judgeProgram(_ profile: Profile) throws {
    let shown = try Subcommand.run(
      ["/usr/bin/systemctl", "show", "--no-pager"]
        + NginxUnit.properties.map { "--property=\($0)" } + ["--", unit], collect: .output)
    let refusal = NginxUnit(shown: shown.output).refusal(
      unit: unit, server: profile.checkCommand[0], resolve: FileSystem.resolve)
    if let refusal { throw CommandProblem(.refused, "not adopted: \(refusal)") }
  }

  /// The socket unit of the same name (systemd.socket(5), Service=), if there is one to be loaded.
  private func sleepingSocket() throws -> String? {
    let socket = "\(unit.dropLast(".service".count)).socket"
    let outcome = try Subcommand.run(
      ["/usr/bin/systemctl", "show", "--property=LoadState", "--value", socket], collect: .output)
    return outcome.output.hasPrefix("loaded") ? socket : nil
  }

  private func settings() throws -> (ServiceSettings, origins: [String: String]) {
    guard let group = unsafe getgrnam("supervisord-ec")?.pointee.gr_gid else {
      throw CommandProblem(
        .refused, "there is no group supervisord-ec",
        next: "Reinstall the package: apt install --reinstall supervisord-ec")
    }
    let isNew = try RootPieces(pieces).makeSettings(profile: profileName, group: group)
    if isNew { environment.complain("Settings written: \(pieces.settings)") }
    let loaded = loadSettings(name: name, folders: .system)
    switch loaded.outcome {
    case .valid(let settings):
      guard settings.unit == unit, settings.profile == profileName else {
        throw CommandProblem(
          .refused,
          "\"\(pieces.settings)\" is for \(settings.unit) with the profile \(settings.profile)",
          next: "Mend unit and profile there, or choose another --name")
      }
      return (settings, loaded.origins)
    case .invalid(let problems):
      for problem in problems.dropFirst() { environment.complain(problem.text) }
      throw CommandProblem(
        .refused, problems.first?.text ?? "the settings are invalid",
        next: "Mend them and adopt again; see: supervisord-ec check")
    case .missing:
      throw CommandProblem(
        .refused, "\"\(pieces.settings)\" cannot be read",
        next: "It has to be a plain file that everybody may read: chmod 644 \(pieces.settings)")
    }
  }

  static func sites(of settings: ServiceSettings) -> [String] {
    settings.channels.reduce(into: []) { sites, channel in
      if !sites.contains(channel.site) { sites.append(channel.site) }
    }
  }

  // MARK: The first generation

  /// Generation 1 is made by the helpers, with their user and sandbox; the daemon's business later.
  private func makeGeneration(isAdopted: Bool) throws {
    let store = ServiceStore(root: paths.state, name: name)
    guard !isAdopted || store.current() == nil else { return }
    try runHelper("stage")
    try runHelper("prepare")
    guard store.current() != nil else {
      throw CommandProblem(
        .refused, "no generation was made",
        next: "See why: journalctl -u supervisord-ec-stage@\(name).service"
          + " -u supervisord-ec-prepare@\(name).service")
    }
  }

  func runHelper(_ kind: String) throws {
    let helper = "supervisord-ec-\(kind)@\(name).service"
    let start: UnitStart = try manager.wait(timeoutSeconds: Self.helperSeconds + 5) {
      manager.startAndAsk(unit: helper, timeoutSeconds: Self.helperSeconds, completion: $0)
    }
    guard !start.job.isDone else { return }
    throw CommandProblem(
      .refused, "\(helper) failed: \(start.status.isEmpty ? "\(start.job)" : start.status)",
      next: "See: journalctl -u \(helper)")
  }

  // MARK: The server's configuration

  private func configuration() throws -> NginxConfiguration {
    // Checked first, so that what it says is said once: with -T it goes past us to the terminal.
    let check = try Subcommand.run(["/usr/sbin/nginx", "-t", "-q"])
    guard check.status == 0 else {
      throw CommandProblem(
        .refused,
        "nginx refuses its configuration: \(RunCheck.reason(check.output) ?? "no reason")",
        next: "Mend it until this is silent: nginx -t -q")
    }
    let outcome = try Subcommand.run(["/usr/sbin/nginx", "-T", "-q"], collect: .output)
    do {
      return try NginxConfiguration.parse(dump: Array(outcome.output.utf8)) {
        try? FileSystem.read($0, limit: AdoptionReading.fileBytes)
      }
    } catch {
      throw CommandProblem(
        .refused, "nginx's configuration could not be read: \(error)",
        next: "Look at that place in what this prints: nginx -T")
    }
  }

  private func propose(_ diff: [UInt8], _ explanation: [String]) -> ExitStatus {
    environment.write(String(decoding: diff, as: UTF8.self), .output)
    for line in explanation { environment.complain(line) }
    let again =
      "supervisord-ec adopt \(unit) --profile \(profileName) --name \(name)"
      + (backend.map { " --backend \($0)" } ?? "")
    for line in [
      "Not adopted yet: nginx does not include the files of \"\(name)\". The change to make is on"
        + " standard output; let patch make it, and adopt again:",
      "  \(again) | patch -d / -p1", "  \(again)",
    ] {
      environment.complain(line)
    }
    return .refused
  }

  // MARK: Adopting

  private func finish(
    _ record: Adoption, _ settings: ServiceSettings, origins: [String: String], wasAdopted: Bool
  ) throws -> ExitStatus {
    // The running server takes the includes before the daemon looks, so that it need not reload.
    let isCollectorNew = try prepareCollector(settings, origins: origins)
    let changed = try RootPieces(pieces).makeDropInAndRule()
    if changed || isCollectorNew { try manager.waitForDaemonReload() }
    try? intended.remove(name)
    let isActive = (try? manager.waitForProperties(of: unit))?.activeState == "active"
    if isActive && !wasAdopted {
      let outcome: JobOutcome = try manager.wait(timeoutSeconds: Self.helperSeconds) {
        manager.reload(unit: unit, timeoutSeconds: Self.helperSeconds, completion: $0)
      }
      guard outcome.isDone else {
        throw CommandProblem(
          .refused, "\(unit) could not be reloaded: \(outcome)",
          next: "See: journalctl -u \(unit) -e; then adopt again")
      }
    }
    try records.write(record)
    try startCollector()
    environment.write("Adopted: \(unit) as \"\(name)\".\n", .output)
    return waitForDaemon(isActive: isActive)
  }

  /// Says how it serves, once the daemon has probed every channel.
  private func waitForDaemon(isActive: Bool) -> ExitStatus {
    guard environment.daemon() == .running else {
      environment.complain(
        "The daemon is not running; start it: systemctl start supervisord-ec")
      return .done
    }
    guard isActive else {
      environment.complain("\(unit) is not running; it serves from its next start.")
      return .done
    }
    for _ in 0..<Self.looks {
      if case .report(let report, _) = environment.status(name), report.state == "good" {
        for channel in report.channels {
          environment.write("  \(channel.name): \(channel.address)\n", .output)
        }
        environment.write("See: supervisord-ec status \(name)\n", .output)
        return .done
      }
      try? environment.pause(Self.lookMilliseconds)
    }
    environment.complain("It does not serve as it should yet; see: supervisord-ec status \(name)")
    return .done
  }

  /// The daemon probes within a second; a slow server has some more.
  private static let looks = 100
  private static let lookMilliseconds = 100
}

/// Bounds of what `adopt` reads.
enum AdoptionReading {
  /// A larger configuration file is not read beside the dump.
  static let fileBytes = 16 << 20
}
