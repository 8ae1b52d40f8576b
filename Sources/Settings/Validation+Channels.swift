internal import Planner

extension Validation {
  /// The channels, `console` first, then by name; conflicts between them become problems.
  mutating func readChannels() -> [ChannelSettings] {
    let others = Set(SettingsKeys.builtInChannels + merged.channels.keys).subtracting(["console"])
    let names = ["console"] + others.sorted()
    guard names.count <= SettingsLimits.channels else {
      report(
        SettingsProblem(
          "too-many", at: Place(file: file), key: "channels", found: "\(names.count) channels",
          expected: "at most \(SettingsLimits.channels)",
          why:
            "\"channels\" has \(names.count) tables, accepted: at most \(SettingsLimits.channels)"
        ))
      return []
    }
    var channels: [ChannelSettings] = []
    for name in names {
      if let channel = readChannel(name) { channels.append(channel) }
    }
    findPlainPortConflicts(channels)
    findSiteConflicts(channels)
    return channels
  }

  /// One channel; nil if it is switched off or has no port.
  private mutating func readChannel(_ name: String) -> ChannelSettings? {
    let prefix = "channels.\(name)"
    guard name == "console" || flag("\(prefix).enabled") != false else { return nil }
    var channel: ChannelSettings
    switch name {
    case "console": channel = .console(plain: readPlain(prefix))
    case "agents": channel = .agents()
    case "remote-control": channel = .remoteControl()
    default: channel = ChannelSettings(name: name, httpsPort: 0)
    }
    let portKey = "\(prefix).https_port"
    if let port = number(portKey) {
      channel.httpsPort = port
    } else if channel.httpsPort == 0 {
      let place = merged.channels[name] ?? Place(file: file)
      if isSound(portKey) { missing(portKey, accepted: ValueRule.port.accepted, at: place) }
      return nil
    }
    channel.bind = texts("\(prefix).bind") ?? channel.bind
    channel.site = text("\(prefix).site") ?? channel.site
    return channel
  }

  private func readPlain(_ prefix: String) -> PlainSettings {
    var plain = PlainSettings()
    plain.wanted = text("\(prefix).protocol").flatMap(WebProtocol.init) ?? plain.wanted
    plain.httpPort = number("\(prefix).http_port") ?? plain.httpPort
    plain.enforceAfter = number("\(prefix).enforce_https_after") ?? plain.enforceAfter
    plain.afterHTTPS = text("\(prefix).after_https").flatMap(AfterHTTPS.init) ?? plain.afterHTTPS
    return plain
  }

  /// The HTTP port can be nobody's HTTPS port: one socket speaks one protocol.
  private mutating func findPlainPortConflicts(_ channels: [ChannelSettings]) {
    let key = "channels.console.http_port"
    guard let port = channels.first?.plain?.httpPort, isSound(key) else { return }
    let others = channels.filter { $0.httpsPort == port }
      .map { "channels.\($0.name).https_port" }.filter(isSound)
    guard !others.isEmpty else { return }
    let named = others.map { "\"\($0)\"" }.joined(separator: " and ")
    let verb = others.count == 1 ? "is" : "are"
    conflict(
      [key] + others, found: "\(port), and so \(verb) \(named)",
      expected: "a port of its own")
  }

  /// Two sites on one socket: the server would take the certificate and pages of the first one.
  private mutating func findSiteConflicts(_ channels: [ChannelSettings]) {
    for (index, channel) in channels.enumerated() {
      for other in channels[..<index] where other.httpsPort == channel.httpsPort {
        let keys = [channel.name, other.name].flatMap { name in
          ["https_port", "bind", "site"].map { "channels.\(name).\($0)" }
        }
        guard other.site != channel.site, overlaps(channel.bind, other.bind),
          keys.allSatisfy(isSound)
        else { continue }
        let (one, two) = (
          "channels.\(channel.name).https_port", "channels.\(other.name).https_port"
        )
        conflict(
          [one, two] + keys,
          found: "\(channel.httpsPort) on site \"\(channel.site)\", and so is \"\(two)\" on site"
            + " \"\(other.site)\"",
          expected: "another port, other addresses in \"bind\" or the same site")
      }
    }
  }

  /// Reports a conflict of the first key, at the place of the first one that is written: defaults
  /// stand nowhere.
  private mutating func conflict(_ keys: [String], found: String, expected: String) {
    let place = keys.lazy.compactMap { [merged] in merged.leaves[$0]?.place }.first
    report(
      SettingsProblem(
        Refusal(code: "conflict", found: found, expected: expected),
        at: place ?? Place(file: file), key: keys[0]))
  }

  private func overlaps(_ one: [String], _ other: [String]) -> Bool {
    let others = other.compactMap(NetworkAddress.init)
    return one.compactMap(NetworkAddress.init).contains { address in
      others.contains { address.overlaps($0) }
    }
  }
}
