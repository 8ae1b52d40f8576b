public import Planner

/// What `adopt` does about the server's configuration.
public struct Proposal: Equatable, Sendable {
  /// The three ways it can go.
  public enum Outcome: Equatable, Sendable {
    /// Nothing is left to change; the names can be used by probes (SNI, Host).
    case included(serverNames: [String])
    /// A unified diff for `patch -d / -p1`, and one line for each thing that it does.
    case patch(diff: [UInt8], explanation: [String])
    /// One line: what, where, why, what to do.
    case refused(reason: String)
  }

  /// Which way.
  public var outcome: Outcome
  /// What the administrator should know and we do not change; one line each.
  public var warnings: [String]
  /// Released services of whose copies nothing is needed any more: their files may go.
  public var leftOver: [String] = []
}

/// Where our files are, seen from the server's configuration.
public struct IncludedPaths {
  /// The file that belongs into the server block of a site.
  public var site: (String) -> String
  /// The file at the level of `http`: the old port, or the whole site with `--backend`.
  public var http: String
  /// The plain copies of services that were released.
  public var released: [ReleasedPaths]

  /// Makes the paths.
  public init(site: @escaping (String) -> String, http: String, released: [ReleasedPaths] = []) {
    self.site = site
    self.http = http
    self.released = released
  }
}

/// Where the plain copies of a released service are: who adopts the server anew takes their place.
public struct ReleasedPaths: Equatable, Sendable {
  /// The name that the service had.
  public var name: String
  /// The folder of the files that server blocks include.
  public var siteDirectory: String
  /// The file at the level of `http`.
  public var http: String

  /// Makes the paths.
  public init(name: String, siteDirectory: String, http: String) {
    self.name = name
    self.siteDirectory = siteDirectory
    self.http = http
  }

  /// Whether a file is one of the copies.
  func contains(_ path: String) -> Bool {
    path == http || path.hasPrefix("\(siteDirectory)/")
  }
}

/// Finds the server block of each site, and what has to change there.
///
/// Pure: `resolvePath` gives the file behind a path (realpath(3)), as patch(1) follows no symlinks.
/// With `backend` the whole site is ours: no server block of the administrator's is needed.
public func proposal(
  for settings: ServiceSettings, configuration: NginxConfiguration, paths: IncludedPaths,
  backend: Bool = false, resolvePath: (String) -> String?
) -> Proposal {
  var proposer = Proposer(
    settings: settings, configuration: configuration, paths: paths, backend: backend)
  do throws(Refusal) {
    let outcome = try proposer.run(resolvePath)
    return Proposal(
      outcome: outcome, warnings: proposer.warnings, leftOver: proposer.unusedCopies)
  } catch {
    return Proposal(outcome: .refused(reason: error.reason), warnings: proposer.warnings)
  }
}

/// Why nothing can be proposed.
struct Refusal: Error {
  var reason: String
}

/// The work of `proposal`: choose, look for overlaps, edit.
struct Proposer {
  let settings: ServiceSettings
  let configuration: NginxConfiguration
  let paths: IncludedPaths
  let backend: Bool
  var warnings: [String] = []
  var explanation: [String] = []
  /// Edits by real path.
  var edits: [String: FileEdit] = [:]
  /// The server blocks of each site, by index.
  var chosen: [(site: String, servers: [Int])] = []

  init(
    settings: ServiceSettings, configuration: NginxConfiguration, paths: IncludedPaths,
    backend: Bool
  ) {
    self.settings = settings
    self.configuration = configuration
    self.paths = paths
    self.backend = backend
  }

  mutating func run(
    _ resolvePath: (String) -> String?
  ) throws(Refusal) -> Proposal.Outcome {
    if !backend {
      for site in sites { chosen.append((site, try servers(of: site))) }
      try refuseSharedBlocks()
    }
    try refuseOverlaps()
    try refuseMixedSockets()
    warnOfPlainListeners()
    for (site, servers) in chosen {
      for index in servers { try edit(index, for: site, resolvePath) }
    }
    try includeHTTPFile(resolvePath)
    guard edits.contains(where: { !$0.value.isEmpty }) else {
      return .included(serverNames: probeNames)
    }
    return .patch(diff: try diff(), explanation: explanation)
  }

  /// The sites in the order of the channels.
  var sites: [String] {
    var result: [String] = []
    for channel in settings.channels where !result.contains(channel.site) {
      result.append(channel.site)
    }
    return result
  }

  /// The HTTP port of a site, if the console belongs to it.
  func httpPort(of site: String) -> Int? {
    settings.channels.first { $0.site == site && $0.plain != nil }?.plain?.httpPort
  }

  /// The ports of a site: HTTP first, then TLS, each once.
  func ports(of site: String) -> [Int] {
    var result = httpPort(of: site).map { [$0] } ?? []
    for channel in settings.channels where channel.site == site {
      if !result.contains(channel.httpsPort) { result.append(channel.httpsPort) }
    }
    return result
  }

  func includes(_ server: ServerBlock, _ site: String) -> Bool {
    server.includes.contains(paths.site(site))
  }

  /// Blocks in our own file at the level of `http`, or in the copy of a released service, which
  /// goes.
  func isOurs(_ server: ServerBlock) -> Bool {
    server.block.path == paths.http || isReleased(server.block.path)
  }

  /// Whether a file is the plain copy of a released service.
  func isReleased(_ path: String) -> Bool { paths.released.contains { $0.contains(path) } }

  /// Released services whose copies no server block includes.
  var unusedCopies: [String] {
    paths.released.filter { copies in
      !configuration.servers.contains { $0.includes.contains(where: copies.contains) }
    }.map(\.name)
  }

  /// The blocks that have the include, else the one that listens on a port of the site.
  private func servers(of site: String) throws(Refusal) -> [Int] {
    let servers = configuration.servers
    let included = servers.indices.filter { includes(servers[$0], site) }
    if !included.isEmpty { return included }
    let ports = ports(of: site)
    for port in ports {
      let candidates = servers.indices.filter { index in
        !isOurs(servers[index]) && servers[index].sockets.contains { $0.ports.contains(port) }
      }
      if candidates.count == 1 { return candidates }
      if candidates.count > 1 {
        let shown = candidates.prefix(AdoptionLimits.namedBlocks).map { servers[$0].label }
        let more = candidates.count - shown.count
        let labels = shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
        throw Refusal(
          reason: "\(candidates.count) server blocks listen on port \(port): \(labels); put "
            + "\"include \(paths.site(site));\" into the right one in place of that \"listen\" "
            + "line and run adopt again")
      }
    }
    let list = ports.map(String.init).joined(separator: ", ")
    throw Refusal(
      reason: "no server block listens on port \(list) of site \"\(site)\"; put "
        + "\"include \(paths.site(site));\" into the right one by hand, correct the ports in the "
        + "settings, or use --backend for a whole site; then run adopt again")
  }

  /// A block with two of our files would have two certificates and two listeners on one port.
  private func refuseSharedBlocks() throws(Refusal) {
    var owner: [Int: String] = [:]
    let ours = Set(sites.map(paths.site))
    for (site, servers) in chosen {
      for index in servers {
        let server = configuration.servers[index]
        let replaced = releasedIncludes(server).compactMap(\.directive.arguments.first)
        let foreign = server.includes.first {
          $0.contains("/supervisord-ec/") && !ours.contains($0) && !replaced.contains($0)
        }
        if let foreign {
          throw Refusal(
            reason: "\(server.label) includes \"\(foreign)\" of another service or site; release "
              + "that service, or correct the ports in the settings")
        }
        if let other = owner[index] {
          throw Refusal(
            reason: "the server block \(configuration.servers[index].label) would serve the sites "
              + "\"\(other)\" and \"\(site)\"; a block has one site: give their channels the same "
              + "\"site\" in the settings, or make a second server block")
        }
        owner[index] = site
      }
    }
  }

  /// Names that a probe can use: host names, neither patterns nor variables.
  private var probeNames: [String] {
    var result: [String] = []
    let indices = chosen.flatMap(\.servers)
    for name in indices.flatMap({ configuration.servers[$0].serverNames }) {
      let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
      let isName = bare.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
          || byte == 0x2E
      }
      if isName && !bare.isEmpty && !result.contains(bare) { result.append(bare) }
    }
    return result
  }
}
