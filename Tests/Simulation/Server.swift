import Planner

/// What a server does with its configuration, worked out without the planner's own rules.
enum Server {
  /// Port → addresses, of all that is listened on.
  static func claims(_ listen: ListenTarget) -> [Int: Set<String>] {
    var result: [Int: Set<String>] = [:]
    for channel in listen.channels {
      var ports = [channel.httpsPort]
      if let plain = channel.plain, !(plain.proto == .https && plain.afterHTTPS == .closed) {
        ports.append(plain.httpPort)
      }
      for port in ports { result[port, default: []].formUnion(channel.bind) }
    }
    return result
  }

  /// Whether a reload takes the server from one generation to the other.
  static func reloads(
    from old: GenerationFacts, to new: GenerationFacts, serves: Set<Aspect>
  ) -> Bool {
    if old.certificate.sha256 != new.certificate.sha256 && !serves.contains(.certificate) {
      return false
    }
    if old.listen.consoleProtocol != new.listen.consoleProtocol && !serves.contains(.protocol) {
      return false
    }
    let (before, after) = (claims(old.listen), claims(new.listen))
    if Set(before.keys) != Set(after.keys) && !serves.contains(.port) { return false }
    // bind(2) refuses a wildcard beside a specific address while the other one is open.
    return serves.contains(.bind)
      || after.allSatisfy { port, addresses in
        guard let earlier = before[port], earlier != addresses else { return true }
        return addresses.union(earlier).isDisjoint(with: ["0.0.0.0", "::"])
      }
  }
}
