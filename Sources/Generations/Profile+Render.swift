public import Planner

extension Profile {
  /// Renders the configuration of a generation: file name → contents.
  ///
  /// `generationPath` is where the generation will be, absolute: every file names it and none goes
  /// through `current`. `publicPath` is the folder of the trust bundle. Each value is checked
  /// whether or not it is rendered today, so that enforcement cannot fail on it weeks later.
  public func render(
    _ target: ListenTarget, generationPath: String, publicPath: String, serverNames: [String]
  ) throws(ProfileError) -> [String: [UInt8]] {
    guard target.profile == name else {
      throw ProfileError(
        .value, at: target.profile, "the target is for this profile, not for \"\(name)\"")
    }
    let sites = try siteScopes(target)
    var service = try serviceScope(
      target, generationPath: generationPath, publicPath: publicPath, serverNames: serverNames)
    service["sites"] = .list(sites)
    var result: [String: [UInt8]] = [:]
    for rule in files {
      for scope in rule.perSite ? sites : [[:]] {
        let names = service.merging(scope) { _, inner in inner }
        // A template ends each line; a name is one line.
        let file = String(try rule.name.render(names).dropLast())
        guard result[file] == nil else {
          throw ProfileError(
            .value, at: file, "two files would have this name; call the site otherwise")
        }
        result[file] = Array(try rule.template.render(names).utf8)
      }
    }
    return result
  }

  private func serviceScope(
    _ target: ListenTarget, generationPath: String, publicPath: String, serverNames: [String]
  ) throws(ProfileError) -> TemplateScope {
    var names: [TemplateScope] = []
    for name in serverNames { names.append(["server_name": .text(try .serverName(name))]) }
    var backends: [TemplateScope] = []
    if let backend = target.backend {
      backends.append(["backend_url": .text(try .backend(backend))])
    }
    return [
      "generation": .text(try .path(generationPath)),
      "public": .text(try .path(publicPath)),
      "server_names": .list(names),
      "backend": .list(backends),
      "redirects": .list(try redirectScopes(target)),
    ]
  }

  /// One scope per site, in the order of the channels.
  private func siteScopes(_ target: ListenTarget) throws(ProfileError) -> [TemplateScope] {
    var order: [String] = []
    var listens: [String: [Listen]] = [:]
    for channel in target.channels {
      if listens[channel.site] == nil { order.append(channel.site) }
      listens[channel.site, default: []] += try Listen.all(of: channel)
    }
    var scopes: [TemplateScope] = []
    for site in order {
      let distinct = try Listen.distinct(listens[site] ?? [])
      let standard = try SafeText.port(Self.standardPort)
      scopes.append([
        "site": .text(try .word("site", site)),
        "listens": .list(distinct.map(\.scope)),
        "standard_port": .flag(distinct.contains { $0.tls && $0.port == standard }),
      ])
    }
    return scopes
  }

  /// The old port of each channel that has moved to HTTPS and redirects.
  private func redirectScopes(_ target: ListenTarget) throws(ProfileError) -> [TemplateScope] {
    var scopes: [TemplateScope] = []
    for channel in target.channels {
      guard let plain = channel.plain, plain.proto == .https, plain.afterHTTPS == .redirect else {
        continue
      }
      let port = try SafeText.port(plain.httpPort)
      var listens: [Listen] = []
      for address in channel.bind {
        listens.append(Listen(address: try .address(address), port: port, tls: false))
      }
      scopes.append([
        "listens": .list(try Listen.distinct(listens).map(\.scope)),
        "https_port": .text(try .port(channel.httpsPort)),
        "standard_port": .flag(channel.httpsPort == Self.standardPort),
      ])
    }
    return scopes
  }

  /// The port that an https address does not name (RFC 9110 §4.2.2).
  private static let standardPort = 443
}

/// One address and port that a server listens on.
private struct Listen {
  var address: SafeText
  var port: SafeText
  var tls: Bool

  var scope: TemplateScope {
    ["address": .text(address), "port": .text(port), "tls": .flag(tls)]
  }

  /// What a channel's own server block listens on.
  static func all(of channel: ChannelTarget) throws(ProfileError) -> [Listen] {
    guard !channel.bind.isEmpty else {
      throw ProfileError(.value, at: channel.name, "the channel has no address to listen on")
    }
    var listens: [Listen] = []
    let https = try SafeText.port(channel.httpsPort)
    for address in channel.bind {
      let address = try SafeText.address(address)
      if let plain = channel.plain {
        let http = try SafeText.port(plain.httpPort)
        if plain.proto == .http {
          listens.append(Listen(address: address, port: http, tls: false))
        }
      }
      listens.append(Listen(address: address, port: https, tls: true))
    }
    return listens
  }

  /// Each address and port once; one with and without TLS is an error.
  static func distinct(_ listens: [Listen]) throws(ProfileError) -> [Listen] {
    var result: [Listen] = []
    for listen in listens {
      let same = result.first { $0.address == listen.address && $0.port == listen.port }
      guard let same else {
        result.append(listen)
        continue
      }
      guard same.tls == listen.tls else {
        throw ProfileError(
          .value, at: "\(listen.address.text):\(listen.port.text)",
          "one port cannot speak HTTP and HTTPS; choose another \"http_port\" or \"https_port\"")
      }
    }
    return result
  }
}
