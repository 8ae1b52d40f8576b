internal import ArgumentParser
internal import Certificates
internal import Coordinator
internal import Files
internal import Generations
internal import Glibc
internal import Planner
internal import Systemd

/// `daemon`: what systemd runs.
struct DaemonCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "daemon",
    abstract: "Runs the daemon; for supervisord-ec.service.",
    discussion: """
      Watches settings, certificates, clock and units, and acts through systemd. It speaks to the \
      journal only: journalctl -u supervisord-ec. SIGHUP looks at everything anew.
      """)

  func run(in environment: Environment) throws -> ExitStatus {
    try OwnUser.require(insteadStart: "supervisord-ec.service")
    // A write to a peer that went away is an error to handle, not a reason to die.
    signal(SIGPIPE, SIG_IGN)
    let daemon = try Daemon(paths: HostPaths(), builtAt: Helper.builtAt())
    return ExitStatus(rawValue: try daemon.run()) ?? .done
  }
}

/// `stage`: writes the generation that is due next.
struct Stage: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Writes the next generation; for supervisord-ec-stage@NAME.service.",
    discussion: """
      Makes key, certificate and configuration as the settings and the clock ask for, as a complete \
      new generation, and points candidate at it. Nothing is served from it before it was checked \
      and switched to. Runs as the user supervisord-ec.
      """)

  @Argument(help: "The service's name.") var name: String

  func run(in environment: Environment) throws -> ExitStatus {
    try OwnUser.require(insteadStart: "supervisord-ec-stage@\(name).service")
    SecretMemory.lock()
    return try HelperReport(name: name, event: "staged").run {
      try Helper(name: name, builtAt: Helper.builtAt()).stage().map { ($0, []) }
    }
  }
}

/// `prepare`: what happens just before the service starts.
struct Prepare: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Prepares the start of a service; for supervisord-ec-prepare@NAME.service.",
    discussion: """
      systemd runs it before every start of the service, whoever asked for it: it renews the \
      certificate if that is due and takes over a change that was staged and checked. If the start \
      before failed on a generation that was not proved, and the daemon is away, it goes back to \
      the last good one. Needs neither the daemon nor D-Bus. Runs as the user supervisord-ec; if it \
      fails the service starts from what it has.
      """)

  @Argument(help: "The service's name.") var name: String

  func run(in environment: Environment) throws -> ExitStatus {
    try OwnUser.require(insteadStart: "supervisord-ec-prepare@\(name).service")
    SecretMemory.lock()
    return try HelperReport(name: name, event: "prepared", failure: "preparation-failed-run").run {
      guard let done = try Helper(name: name, builtAt: Helper.builtAt()).prepare() else {
        return nil
      }
      return (
        done.text,
        [
          ("SUPERVISORD_EC_GENERATION", "\(done.facts.number)"),
          ("SUPERVISORD_EC_CERTIFICATE_SHA256", done.facts.certificate.sha256),
          ("SUPERVISORD_EC_NOT_AFTER", Timestamp.text(done.facts.certificate.notAfter)),
        ]
      )
    }
  }
}

/// `calendar`: works out when the window of a service opens.
struct CalendarCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "calendar",
    abstract: "Works out the window; for supervisord-ec-calendar@NAME.service.",
    discussion: """
      Lets systemd-analyze(1) work out when restart.window comes next and keeps the moments with the \
      service. Runs as the user supervisord-ec.
      """)

  @Argument(help: "The service's name.") var name: String

  func run(in environment: Environment) throws -> ExitStatus {
    try OwnUser.require(insteadStart: "supervisord-ec-calendar@\(name).service")
    return try HelperReport(name: name, event: "trouble").run {
      try Helper(name: name, builtAt: Helper.builtAt()).readCalendar()
      return nil
    }
  }
}

/// Tells journal and systemd how a helper ended.
///
/// The daemon tries a failed step again and again, and says it once; so does the helper.
struct HelperReport {
  let name: String
  let event: String
  var failure = "trouble"

  /// Runs `work`; its text becomes the unit's status, which the daemon reads when the unit failed.
  func run(_ work: () throws -> (text: String, fields: [(String, String)])?) throws -> ExitStatus {
    let announcer = Announcer()
    do {
      guard let done = try work() else { return .done }
      announcer.say(event, done.text, .info, service: name, fields: done.fields)
      Notify.status(done.text)
      return .done
    } catch {
      let text = "\(error)"
      if !Self.isKnown(text, name) { announcer.say(failure, text, .error, service: name) }
      Notify.status(text)
      return .refused
    }
  }
}

extension HelperReport {
  /// Whether the daemon remembers this very failure from the try before.
  static func isKnown(_ reason: String, _ name: String) -> Bool {
    let store = ServiceStore(root: HostPaths().state, name: name)
    guard let state = try? store.readState(ServiceState.self) else { return false }
    return isKnown(reason, state)
  }

  static func isKnown(_ reason: String, _ state: ServiceState) -> Bool {
    [state.failure, state.otherFailure].contains { $0?.text.contains(reason) == true }
  }
}

/// `run-check`: the server's own check, as root in the sandbox of `supervisord-ec-check@NAME`.
struct RunCheck: Verb {
  static let configuration = CommandConfiguration(
    commandName: "run-check",
    abstract: "Runs the server's own check; for supervisord-ec-check@NAME.service.",
    discussion: """
      Program and arguments come from the profile, whose name comes from the root-owned record of \
      adoption. The first line of what the program says against the configuration becomes the \
      unit's status.
      """)

  @Argument(help: "The service's name.") var name: String

  func run(in environment: Environment) throws -> ExitStatus {
    let paths = HostPaths()
    guard let adoption = try AdoptionStore(root: paths.adopted).read(name) else {
      throw CommandProblem(.refused, "\"\(name)\" is not adopted")
    }
    let profile = try Profile.load(name: adoption.profile, root: paths.profiles)
    let outcome = try Subcommand.run(profile.checkCommand)
    guard outcome.status != 0 else { return .done }
    let text =
      Self.reason(outcome.output) ?? "\(profile.checkCommand[0]) ended with \(outcome.status)"
    Notify.status("the server refuses the configuration: \(text)")
    if !HelperReport.isKnown(text, name) { environment.complain(outcome.output) }
    return .refused
  }

  /// The line that says why: the first with a severity from error on, else the first.
  static func reason(_ output: String) -> String? {
    let lines = output.split(separator: "\n").map(String.init)
    let words = ["[emerg]", "[alert]", "[crit]", "[error]"]
    let line = lines.first { line in words.contains { line.contains($0) } } ?? lines.first
    return line.map { String($0.prefix(600)) }
  }
}
