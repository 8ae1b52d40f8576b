internal import Glibc

/// Follows includes from the main file, as nginx does, and gathers the server blocks of `http`.
extension NginxConfiguration {
  private enum Context {
    case main
    case http
    case server(Int)
    case other
  }

  private struct Walk {
    var directives = 0
  }

  mutating func expand() throws(NginxSyntaxError) {
    guard let main = files.first else { return }
    var walk = Walk()
    try visit(main.directives, file: 0, .main, depth: 0, &walk)
  }

  private mutating func visit(
    _ directives: [NginxDirective], file: Int, _ context: Context, depth: Int, _ walk: inout Walk
  ) throws(NginxSyntaxError) {
    for directive in directives {
      let placed = PlacedDirective(file: file, path: files[file].path, directive: directive)
      walk.directives += 1
      guard walk.directives <= AdoptionLimits.directives else {
        throw failure(placed, "more than \(AdoptionLimits.directives) directives")
      }
      if directive.name == "include", directive.bodyStart == nil {
        try include(placed, context, depth: depth, &walk)
        continue
      }
      if case .server(let index) = context { note(placed, in: index) }
      guard directive.bodyStart != nil else { continue }
      let inner = enter(placed, context)
      try visit(directive.children, file: file, inner, depth: depth, &walk)
    }
  }

  private mutating func enter(_ placed: PlacedDirective, _ context: Context) -> Context {
    switch (context, placed.directive.name) {
    case (.main, "http"):
      http = placed
      return .http
    case (.http, "server"):
      servers.append(ServerBlock(block: placed))
      return .server(servers.count - 1)
    default:
      return .other
    }
  }

  private mutating func include(
    _ placed: PlacedDirective, _ context: Context, depth: Int, _ walk: inout Walk
  ) throws(NginxSyntaxError) {
    guard depth < AdoptionLimits.includeDepth else {
      throw failure(placed, "more than \(AdoptionLimits.includeDepth) includes inside each other")
    }
    guard let pattern = placed.directive.arguments.first else { return }
    for index in filesMatching(pattern) {
      inclusions[index, default: 0] += 1
      if case .server(let server) = context { servers[server].includes.append(files[index].path) }
      if case .http = context { filesInHTTP.insert(index) }
      try visit(files[index].directives, file: index, context, depth: depth + 1, &walk)
    }
  }

  /// nginx completes a relative path with the folder of the main file, then uses glob(3).
  private func filesMatching(_ pattern: String) -> [Int] {
    var full = pattern
    if !pattern.hasPrefix("/"), let slash = files[0].path.lastIndex(of: "/") {
      full = files[0].path[...slash] + pattern
    }
    let isPattern = full.contains { "*?[".contains($0) }
    return files.indices.filter { index in
      let path = files[index].path
      if path == full { return true }
      guard isPattern else { return false }
      return unsafe fnmatch(full, path, FNM_PATHNAME | FNM_PERIOD) == 0
    }
  }

  private mutating func note(_ placed: PlacedDirective, in index: Int) {
    let arguments = placed.directive.arguments
    switch placed.directive.name {
    case "listen":
      servers[index].hasListenLine = true
      guard let address = arguments.first.flatMap(ListenAddress.init) else { return }
      let flags = Array(arguments.dropFirst())
      servers[index].listens.append(Listener(line: placed, address: address, flags: flags))
    case "server_name":
      servers[index].serverNames += arguments.map { $0.lowercased() }
    case "ssl", "ssl_certificate", "ssl_certificate_key", "ssl_protocols":
      servers[index].tls.append(placed)
    case "error_page" where arguments.dropLast().contains("497"):
      servers[index].tls.append(placed)
    default:
      break
    }
  }

  private func failure(_ placed: PlacedDirective, _ reason: String) -> NginxSyntaxError {
    NginxSyntaxError(
      file: placed.path, line: placed.directive.lines.lowerBound, reason: reason)
  }
}
