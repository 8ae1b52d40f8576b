import Planner

/// What the administrator's files say, before they went through the gates.
struct Draft {
  static let binds = [["0.0.0.0", "::"], ["0.0.0.0"], ["10.0.0.1"]]
  static let ports = [8383, 8384, 8385, 8443, 8444]

  static let windows = ["02:30", "Sun 02:30", "2026-12-24 20:00"]

  enum Health { case valid, invalid, missing }

  var health = Health.valid
  var saysHTTP = false
  var saysHTTPS = false
  var settings = ServiceSettings(
    name: "console", unit: "nginx.service", profile: "nginx",
    channels: [.console(), .agents(), .remoteControl()])

  /// Whether the window never comes.
  var isNever: Bool { settings.restart.window.map { $0.start.hasPrefix("20") } ?? false }
}

extension World {
  var settingsFacts: SettingsFacts {
    SettingsFacts(
      outcome: outcome, digest: "\(digest) \(dropInHasProtocol)",
      filesSayingHTTP: draft.saysHTTP ? ["console.toml"] : [],
      mergedSaysHTTP: draft.saysHTTP && !dropInHasProtocol, dropInHasProtocol: dropInHasProtocol,
      dropInWritable: !faults.dropInUnwritable)
  }

  private var outcome: SettingsFacts.Outcome {
    switch draft.health {
    case .invalid: return .invalid(["\"console.toml\" line 1: unexpected \"]\""])
    case .missing: return .missing
    case .valid:
      var settings = draft.settings
      let isHTTPS = dropInHasProtocol || draft.saysHTTPS
      settings.channels[0].plain?.wanted = isHTTPS ? .https : .http
      return .valid(settings)
    }
  }

  /// One edit, as administrators make them.
  mutating func edit(_ random: inout SplitMix64) -> String {
    digest += 1
    draft.health = .valid
    let port = random.pick(Draft.ports)
    switch Int.random(in: 0..<16, using: &random) {
    case 0:
      draft.health = .invalid
      return "the settings are broken"
    case 1:
      draft.health = .missing
      return "the settings are gone"
    case 2:
      (draft.saysHTTP, draft.saysHTTPS) = (true, false)
      return "protocol = http"
    case 3:
      (draft.saysHTTP, draft.saysHTTPS) = (false, true)
      return "protocol = https"
    case 4:
      dropInHasProtocol = false
      return "90-set.toml is removed"
    case 5:
      draft.settings.channels[0].plain?.httpPort = random.pick([8020, 8021])
      return "http_port"
    case 6:
      draft.settings.channels[0].plain?.afterHTTPS = random.chance(500) ? .closed : .redirect
      return "after_https"
    case 7: return editCertificate(&random)
    case 8:
      let bind = random.pick(Draft.binds)
      for index in draft.settings.channels.indices { draft.settings.channels[index].bind = bind }
      return "bind = \(bind)"
    case 9:
      draft.settings.channels[0].plain?.enforceAfter =
        random.pick([1, 20, 90]) * Limits.day
      return "enforce_https_after"
    case 10:
      draft.settings.restart.forceBeforeExpiry = random.pick([1, 3, 400]) * Limits.day
      return "force_before_expiry"
    case 11:
      let isOpen = random.chance(600)
      draft.settings.restart.window =
        isOpen ? RestartWindow(start: random.pick(Draft.windows), length: 7200) : nil
      return "restart.window \(draft.settings.restart.window?.start ?? "none")"
    case 12:
      let days = random.pick([1, 40])
      let isHeld = random.chance(600)
      draft.settings.hold = isHeld ? Hold(until: realtime + days * Limits.day) : nil
      return "hold \(isHeld ? days : 0) days"
    default:
      let channel = Int.random(in: 0..<3, using: &random)
      draft.settings.channels[channel].httpsPort = port
      return "\(draft.settings.channels[channel].name) https_port = \(port)"
    }
  }

  private mutating func editCertificate(_ random: inout SplitMix64) -> String {
    switch Int.random(in: 0..<3, using: &random) {
    case 0: draft.settings.certificate.key = random.pick(KeyKind.allCases)
    case 1: draft.settings.certificate.names = random.pick([nil, ["a"], ["b", "c"]])
    default:
      let days = random.pick([20, 90, 365])
      draft.settings.certificate.lifetime = days * Limits.day
      draft.settings.certificate.renewalWindow = min(30, days / 2 - 1) * Limits.day
    }
    return "certificate"
  }
}
