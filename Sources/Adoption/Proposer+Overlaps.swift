internal import Planner

/// Server blocks that would take each other's connections: nginx only warns of them.
extension Proposer {
  /// Where a block will listen once the change is made.
  private func futureSockets(_ index: Int) -> Set<ListenAddress> {
    let server = configuration.servers[index]
    let sites = chosen.filter { $0.servers.contains(index) }.map(\.site)
    guard !sites.isEmpty else { return Set(server.sockets) }
    var result: Set<ListenAddress> = []
    let taken = Set(sites.flatMap { ports(of: $0) })
    for listener in server.listens where !isFromUs(listener) {
      if !taken.contains(listener.address.ports.lowerBound) { result.insert(listener.address) }
    }
    for channel in settings.channels where sites.contains(channel.site) {
      for host in channel.bind {
        let port = channel.httpsPort
        result.insert(ListenAddress(host: host, ports: port...port))
        if let plain = channel.plain, plain.wanted == .http {
          result.insert(ListenAddress(host: host, ports: plain.httpPort...plain.httpPort))
        }
      }
    }
    return result
  }

  func isFromUs(_ listener: Listener) -> Bool {
    sites.contains { listener.line.path == paths.site($0) } || listener.line.path == paths.http
      || isReleased(listener.line.path)
  }

  /// Refuses a block of ours and any other with the same socket and a name in common.
  func refuseOverlaps() throws(Refusal) {
    let servers = configuration.servers
    let ours =
      backend
      ? servers.indices.filter { servers[$0].block.path == paths.http } : chosen.flatMap(\.servers)
    for mine in ours {
      let sockets = futureSockets(mine)
      for other in servers.indices where other != mine {
        // The redirect of the old port comes into effect when our block leaves that port.
        if isOurs(servers[other]) { continue }
        if ours.contains(other) && other < mine { continue }
        guard let name = commonName(servers[mine], servers[other]) else { continue }
        guard let socket = futureSockets(other).first(where: { isShared($0, sockets) })
        else { continue }
        let names = name.isEmpty ? "without a server_name" : "for the name \"\(name)\""
        throw Refusal(
          reason: "\(servers[mine].label) and \(servers[other].label) would both answer on "
            + "\(socket.text) \(names), and nginx uses only one of them; remove the \"listen\" "
            + "line of one, or give it another port or server_name")
      }
    }
  }

  private func isShared(_ socket: ListenAddress, _ others: Set<ListenAddress>) -> Bool {
    others.contains { $0.host == socket.host && $0.ports.overlaps(socket.ports) }
  }

  /// Refuses another block that speaks HTTP where we speak TLS, or the reverse.
  ///
  /// In nginx a socket is either one or the other for every block that listens there.
  func refuseMixedSockets() throws(Refusal) {
    let mine = Set(chosen.flatMap(\.servers))
    for (index, server) in configuration.servers.enumerated() {
      if mine.contains(index) || isOurs(server) { continue }
      for listener in server.listens {
        let isTLS = listener.flags.contains("ssl")
        for channel in settings.channels {
          let plain = channel.plain?.wanted == .http ? channel.plain?.httpPort : nil
          guard let port = isTLS ? plain : channel.httpsPort else { continue }
          let sockets = channel.bind.map { ListenAddress(host: $0, ports: port...port) }
          guard isShared(listener.address, Set(sockets)) else { continue }
          throw Refusal(
            reason: "\(server.label) speaks \(isTLS ? "HTTPS" : "HTTP") on "
              + "\(listener.address.text), where channel \"\(channel.name)\" speaks "
              + "\(isTLS ? "HTTP" : "HTTPS"), and nginx cannot do both on one port; give the "
              + "block or the channel another port")
        }
      }
    }
  }

  /// A name that nginx would find twice (server_name: exact, `*.x`, `.x` which is both, regex).
  private func commonName(_ one: ServerBlock, _ other: ServerBlock) -> String? {
    let names = Set(one.effectiveNames.flatMap(spelled))
    return other.effectiveNames.flatMap(spelled).first { names.contains($0) }
  }

  private func spelled(_ name: String) -> [String] {
    name.hasPrefix(".") ? [String(name.dropFirst()), "*\(name)"] : [name]
  }

  /// What stays reachable without TLS beside us, and what gets connections before us.
  mutating func warnOfPlainListeners() {
    let servers = configuration.servers
    let mine = Set(chosen.flatMap(\.servers))
    for (site, indices) in chosen {
      let known = Set(ports(of: site))
      for listener in indices.flatMap({ servers[$0].listens }) where !isFromUs(listener) {
        if known.contains(where: listener.address.ports.contains) { continue }
        if listener.flags.contains("ssl") { continue }
        warnings.append(
          "\"\(listener.line.place)\" also serves site \"\(site)\" on \(listener.address.text) "
            + "without TLS; that port is not in the settings and stays as it is")
      }
    }
    let redirects = settings.plain.afterHTTPS == .redirect
    for (index, server) in servers.enumerated() where !mine.contains(index) && !isOurs(server) {
      if let socket = server.sockets.first(where: { $0.ports.contains(settings.plain.httpPort) }),
        redirects
      {
        warnings.append(
          "the server block \(server.label) also listens on \(socket.text); it goes on to answer "
            + "there without TLS after the console has moved, and may take the redirect's requests")
      }
      for socket in server.sockets where !socket.isWildcard {
        let ports = settings.channels.map(\.httpsPort).filter(socket.ports.contains)
        if let port = ports.first {
          warnings.append(
            "the server block \(server.label) listens on \(socket.text); nginx gives it every "
              + "connection to that address on port \(port), before the channels of this service")
        }
      }
    }
  }
}
