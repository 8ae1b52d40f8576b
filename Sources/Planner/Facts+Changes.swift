/// What the change from one generation to another touches.
extension Facts {
  func needsRestart(from: GenerationFacts?, to: GenerationFacts?) -> Bool {
    guard let from, let to, let profile = observation.profile else { return false }
    return owesRestart || reloadIsUseless
      || !Self.aspects(from, to).isSubset(of: profile.reloadServes)
  }

  func listenNeedsRestart(_ from: ListenTarget, _ to: ListenTarget) -> Bool {
    guard let profile = observation.profile else { return false }
    return owesRestart || reloadIsUseless
      || !Self.aspects(from, to).isSubset(of: profile.reloadServes)
  }

  /// Whether a reload serves nothing at all, so that only a restart is worth asking for.
  var reloadIsUseless: Bool { observation.profile?.reloadServes.isEmpty ?? false }

  static func aspects(_ old: GenerationFacts, _ new: GenerationFacts) -> Set<Aspect> {
    let certificate: Set<Aspect> =
      old.certificate.sha256 == new.certificate.sha256 ? [] : [.certificate]
    return aspects(old.listen, new.listen).union(certificate)
  }

  static func aspects(_ old: ListenTarget, _ new: ListenTarget) -> Set<Aspect> {
    var result: Set<Aspect> = []
    if old.consoleProtocol != new.consoleProtocol { result.insert(.protocol) }
    let (before, after) = (claims(old), claims(new))
    for (port, addresses) in after {
      guard let earlier = before[port] else {
        result.insert(.port)
        continue
      }
      // One port, a wildcard and a specific address of the same family: bind(2) refuses the second
      // while the first is open, so no reload can serve it.
      let wildcards: Set<String> = ["0.0.0.0", "::"]
      if addresses != earlier && !wildcards.isDisjoint(with: addresses.union(earlier)) {
        result.insert(.bind)
      }
    }
    if !Set(before.keys).isSubset(of: after.keys) { result.insert(.port) }
    return result
  }

  /// Port → addresses, of all that a target listens on.
  static func claims(_ listen: ListenTarget) -> [Int: Set<String>] {
    var result: [Int: Set<String>] = [:]
    for channel in listen.channels {
      result[channel.httpsPort, default: []].formUnion(channel.bind)
      guard let plain = channel.plain else { continue }
      if plain.proto == .http || plain.afterHTTPS == .redirect {
        result[plain.httpPort, default: []].formUnion(channel.bind)
      }
    }
    return result
  }

  /// What `candidate` listens on and `current` does not.
  func newClaims(of candidate: GenerationFacts) -> [PortClaim] {
    let before = observation.current.map { Self.claims($0.listen) } ?? [:]
    return Self.claims(candidate.listen).flatMap { port, addresses in
      addresses.subtracting(before[port] ?? []).sorted().map { PortClaim(address: $0, port: port) }
    }.sorted { ($0.port, $0.address) < ($1.port, $1.address) }
  }

  /// What changes between two targets, for people.
  func changeText(from old: ListenTarget, to new: ListenTarget) -> String {
    var parts: [String] = []
    if old.consoleProtocol != new.consoleProtocol {
      parts.append(
        "console protocol \(old.consoleProtocol.rawValue) → \(new.consoleProtocol.rawValue)")
    }
    for channel in new.channels {
      guard let before = old.channels.first(where: { $0.name == channel.name }) else {
        parts.append("channel \(channel.name) added")
        continue
      }
      if before.httpsPort != channel.httpsPort {
        parts.append("\(channel.name) https_port \(before.httpsPort) → \(channel.httpsPort)")
      }
      if before.plain?.httpPort != channel.plain?.httpPort, let plain = channel.plain {
        parts.append("\(channel.name) http_port \(before.plain?.httpPort ?? 0) → \(plain.httpPort)")
      }
      if before.bind != channel.bind { parts.append("\(channel.name) bind") }
      if before.site != channel.site { parts.append("\(channel.name) site") }
      if before.plain?.afterHTTPS != channel.plain?.afterHTTPS { parts.append("after_https") }
    }
    for channel in old.channels where !new.channels.contains(where: { $0.name == channel.name }) {
      parts.append("channel \(channel.name) removed")
    }
    return parts.isEmpty ? "the settings changed" : parts.joined(separator: ", ")
  }
}
