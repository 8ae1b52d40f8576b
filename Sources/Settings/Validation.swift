// The third gate: merged keys become `ServiceSettings`, which cannot be invalid.
internal import Planner

/// Judges the merged keys of one service and collects every problem.
struct Validation {
  let name: String
  let file: String
  let merged: MergedSettings
  private(set) var problems: [SettingsProblem]
  private var values: [String: ValueRule.Value] = [:]

  /// `file` is the place of what is missing.
  init(name: String, file: String, merged: MergedSettings) {
    self.name = name
    self.file = file
    self.merged = merged
    problems = merged.problems
    for (key, leaf) in merged.leaves.sorted(by: { $0.key < $1.key }) {
      guard let rule = knownKey(key.split(separator: ".").map(String.init))?.rule else { continue }
      do throws(Refusal) {
        values[key] = try rule.read(leaf.node)
      } catch {
        problems.append(SettingsProblem(error, at: leaf.place, key: key))
      }
    }
  }

  /// The settings, or nil after which `problems` is not empty.
  mutating func settings() -> ServiceSettings? {
    let unit = required("unit")
    let profile = required("profile")
    let channels = readChannels()
    let certificate = readCertificate()
    let restart = readRestart(certificate)
    let trusted = readTrust(certificate)
    let hold = number("hold.until").map { Hold(until: $0, reason: text("hold.reason")) }
    let quiet = number("changes.quiet_interval")
    guard problems.isEmpty, let unit, let profile else { return nil }
    return ServiceSettings(
      name: name, unit: unit, profile: profile, channels: channels, certificate: certificate,
      restart: restart, trustedCommunication: trusted, hold: hold,
      quietInterval: quiet == ServiceSettings.defaultQuietInterval ? nil : quiet)
  }

  private mutating func readTrust(_ certificate: CertificateSettings) -> Bool {
    let key = "agents.trusted_communication"
    guard flag(key) == true else { return false }
    guard certificate.source == .selfSigned, isSound("certificate.source") else { return true }
    refuse(
      "bad-value", key, found: "true",
      expected: "false: it needs a public CA's certificate, and with a self-signed one it cannot be"
        + " turned on")
    return false
  }

  private mutating func required(_ key: String) -> String? {
    if let text = text(key) { return text }
    guard merged.leaves[key] == nil, merged.isComplete,
      !problems.contains(where: { $0.key == key }), let known = knownKey([key])
    else { return nil }
    missing(key, accepted: known.accepted, at: Place(file: file))
    return nil
  }

  mutating func missing(_ key: String, accepted: String, at place: Place) {
    problems.append(
      SettingsProblem(
        "missing-key", at: place, key: key, expected: accepted,
        why: "\"\(key)\" is missing, accepted: \(accepted)"))
  }

  mutating func refuse(_ code: String, _ key: String, found: String, expected: String) {
    let place = merged.leaves[key]?.place ?? Place(file: file)
    problems.append(
      SettingsProblem(Refusal(code: code, found: found, expected: expected), at: place, key: key))
  }

  private mutating func readCertificate() -> CertificateSettings {
    var result = CertificateSettings()
    if let text = text("certificate.source"), let source = CertificateSource(rawValue: text) {
      result.source = source
    }
    result.imported = text("certificate.imported")
    result.activateAt = number("certificate.activate_at")
    let after = number("certificate.activate_after") ?? 0
    result.activateAfter = after > 0 ? after : nil
    if result.source == .imported && result.imported == nil && isSound("certificate.imported") {
      missing(
        "certificate.imported",
        accepted: "the SHA-256 that this writes here: supervisord-ec certificate import \(name)",
        at: merged.leaves["certificate.source"]?.place ?? Place(file: file))
    }
    result.followed = readFollowed(isWanted: result.source == .followed)
    if case .texts(let names) = values["certificate.names"] { result.names = names }
    if let text = text("certificate.key"), let key = KeyKind(rawValue: text) { result.key = key }
    let (lifetime, window) = ("certificate.lifetime", "certificate.renewal_window")
    result.lifetime = number(lifetime) ?? result.lifetime
    if let explicit = number(window) {
      result.renewalWindow = explicit
      guard isSound(lifetime), explicit >= (result.lifetime + 1) / 2 else { return result }
      refuse(
        "out-of-range", window, found: quoted(formatDuration(explicit)),
        expected: "less than half of \"\(lifetime)\", which is "
          + quoted(formatDuration(result.lifetime)))
    } else if result.renewalWindow * 2 >= result.lifetime {
      // The manual's default does not fit into a short life.
      result.renewalWindow = result.lifetime / 3
    }
    return result
  }

  /// The followed files; both are needed once they are to be followed.
  private mutating func readFollowed(isWanted: Bool) -> FollowedFiles? {
    let keys = ["certificate.certificate", "certificate.key_file"]
    for key in keys where isWanted && text(key) == nil && isSound(key) {
      missing(
        key,
        accepted: "\(ValueRule.path.accepted), as certificate.source is \"followed\"",
        at: merged.leaves["certificate.source"]?.place ?? Place(file: file))
    }
    guard let certificate = text(keys[0]), let keyFile = text(keys[1]) else { return nil }
    return FollowedFiles(certificate: certificate, keyFile: keyFile)
  }

  private mutating func readRestart(_ certificate: CertificateSettings) -> RestartSettings {
    var result = RestartSettings()
    result.verifyWithin = number("restart.verify_within") ?? result.verifyWithin
    if let start = text("restart.window.start") {
      result.window = RestartWindow(
        start: start, length: number("restart.window.length") ?? RestartWindow.defaultLength)
    } else if merged.leaves["restart.window.length"] != nil,
      merged.leaves["restart.window.start"] == nil
    {
      missing(
        "restart.window.start", accepted: ValueRule.calendar.accepted,
        at: merged.leaves["restart.window.length"]?.place ?? Place(file: file))
    }
    let (force, window) = ("restart.force_before_expiry", "certificate.renewal_window")
    if let explicit = number(force) {
      result.forceBeforeExpiry = explicit
      guard isSound(window), isSound("certificate.lifetime"), explicit >= certificate.renewalWindow
      else { return result }
      refuse(
        "out-of-range", force, found: quoted(formatDuration(explicit)),
        expected: "less than \"\(window)\", which is "
          + quoted(formatDuration(certificate.renewalWindow)))
    } else if result.forceBeforeExpiry >= certificate.renewalWindow {
      result.forceBeforeExpiry = certificate.renewalWindow / 3
    }
    return result
  }

  func text(_ key: String) -> String? {
    if case .text(let text) = values[key] { text } else { nil }
  }

  func number(_ key: String) -> Int? {
    if case .number(let number) = values[key] { number } else { nil }
  }

  func flag(_ key: String) -> Bool? {
    if case .flag(let flag) = values[key] { flag } else { nil }
  }

  func texts(_ key: String) -> [String]? {
    if case .texts(let texts) = values[key] { texts } else { nil }
  }

  /// Whether a key is not given, or given with an accepted value.
  func isSound(_ key: String) -> Bool {
    values[key] != nil || !problems.contains { $0.key == key }
  }

  mutating func report(_ problem: SettingsProblem) { problems.append(problem) }
}
