internal import ArgumentParser
internal import Generations
internal import Glibc
internal import Planner
internal import Settings

/// `adopt`: puts a unit under our care; root, command line only.
struct Adopt: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Adopts a unit: its channels and certificate are cared for from now on.",
    discussion: """
      Writes settings to /etc/supervisord-ec/services.d/NAME.toml if there are none, makes the first \
      generation, and looks whether the server's configuration includes our files. If not, it prints \
      the change as a unified diff and ends with 1; your files are never edited by us:

        supervisord-ec adopt nginx.service --profile nginx --name console
        supervisord-ec adopt nginx.service --profile nginx --name console | patch -d / -p1
        supervisord-ec adopt nginx.service --profile nginx --name console

      For a console that listens elsewhere, --backend makes a whole proxying site instead:

        supervisord-ec adopt nginx.service --profile nginx --backend http://127.0.0.1:8080

      Again on an adopted unit it repairs what is missing: drop-in, polkit rule, links.

      EXIT STATUS: 0 adopted; 1 not yet included (the diff is on standard output), or refused; \
      64 wrong usage; 69 systemd does not answer; 77 not root.
      """)

  @Argument(help: "The unit, for example nginx.service.") var unit: String
  @Option(help: "The kind of server; see: supervisord-ec profiles.") var profile: String
  @Option(help: "The service's name; default: from the settings or the unit.") var name: String?
  @Option(help: "http(s)://HOST:PORT of the console: makes a whole proxying site.")
  var backend: String?

  func run(in environment: Environment) throws -> ExitStatus {
    guard geteuid() == 0 else {
      throw CommandProblem(
        .notPermitted, "only root may adopt", next: "Try: sudo supervisord-ec adopt …")
    }
    if let refusal = Eligibility.refusal(forName: unit) {
      throw CommandProblem(.refused, "not adopted: \(refusal)")
    }
    let name = name ?? Self.knownName(of: unit) ?? Self.name(from: unit)
    guard ServiceStore.isValidName(name) else {
      throw CommandProblem(
        .refused, "\"\(name)\" is no name for a service",
        next: "Names have 1 to 63 of a-z, 0-9 and -, and begin with a letter or digit")
    }
    if let backend, !Self.isBackend(backend) {
      throw CommandProblem(
        .refused, "\"\(backend)\" is no address for --backend",
        next: "Accepted: http://HOST:PORT or https://HOST:PORT, with a path if needed")
    }
    return try Adopter(
      unit: unit, profile: profile, name: name, backend: backend, environment: environment
    ).run()
  }

  /// The name under which the unit has settings or was adopted.
  static func knownName(of unit: String) -> String? {
    if let record = AdoptionStore(root: HostPaths().adopted).all().first(where: { $0.unit == unit })
    {
      return record.name
    }
    return serviceNames(folders: .system).first { name in
      guard case .valid(let settings) = loadSettings(name: name, folders: .system).outcome else {
        return false
      }
      return settings.unit == unit
    }
  }

  /// `nginx.service` → `nginx`.
  static func name(from unit: String) -> String {
    let stem = unit.hasSuffix(".service") ? String(unit.dropLast(".service".count)) : unit
    let plain = stem.lowercased().map { character in
      character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
    }
    return String(String(plain).drop { $0 == "-" }.prefix(63))
  }

  /// Only what cannot break out of the server's configuration.
  static func isBackend(_ text: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
    let rest = text.dropFirst(scheme.count)
    let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~:/[]%")
    return !rest.isEmpty && rest.first != "/" && rest.allSatisfy(allowed.contains)
  }
}
