/// What changes in the administrator's files.
extension Proposer {
  /// Removes what our file brings, and puts the include where the first removed line was.
  mutating func edit(
    _ index: Int, for site: String, _ resolvePath: (String) -> String?
  ) throws(Refusal) {
    let server = configuration.servers[index]
    let isIncluded = includes(server, site)
    let doubled = try doubledLines(server, site, isIncluded: isIncluded)
    let text = "include \(paths.site(site));"
    if !isIncluded {
      // The include stays in the file of the block, where the next reader looks for it.
      let first = doubled.first { $0.file == server.block.file }
      let real = try openForEdit(server.block, resolvePath)
      if let first {
        edits[real]?.replace(first.directive.range, by: text)
      } else {
        edits[real]?.insert(text, intoBlock: server.block.directive)
      }
      explanation.append("\(server.label): \"\(text)\" opens the ports of site \"\(site)\"")
    }
    for line in doubled {
      let real = try openForEdit(line, resolvePath)
      edits[real]?.remove(line.directive.range)
      let words = line.directive.words.joined(separator: " ")
      explanation.append("\"\(line.place)\": \"\(words);\" goes, the included file has its own")
    }
  }

  /// The lines that would stand beside ours: listeners on our ports, and the certificate.
  private mutating func doubledLines(
    _ server: ServerBlock, _ site: String, isIncluded: Bool
  ) throws(Refusal) -> [PlacedDirective] {
    let ports = ports(of: site)
    var lines: [PlacedDirective] = []
    for listener in server.listens where !isFromUs(listener) {
      guard ports.contains(where: listener.address.ports.contains) else { continue }
      guard listener.address.ports.count == 1 else {
        throw Refusal(
          reason: "\"\(listener.line.place)\" listens on the ports \(listener.address.portText), "
            + "some of them ours; write one \"listen\" line for each port and run adopt again")
      }
      lines.append(listener.line)
      warnOfLostFlags(listener)
    }
    let ours = Set(sites.map(paths.site))
    lines += releasedIncludes(server)
    for line in server.tls where !ours.contains(line.path) && !isReleased(line.path) {
      let name = line.directive.name
      // Where the administrator put the include by hand, only what would be wrong is named.
      if isIncluded && (name == "ssl_protocols" || name == "error_page") { continue }
      if name == "error_page", line.directive.words.count != 3 {
        warnings.append(
          "\"\(line.place)\" handles status 497 together with others; the redirect to HTTPS may "
            + "not work on the HTTPS ports until 497 is taken out of it")
        continue
      }
      lines.append(line)
    }
    return lines.sorted {
      ($0.file, $0.directive.range.lowerBound) < ($1.file, $1.directive.range.lowerBound)
    }
  }

  /// The lines of a block that include copies of a released service: ours take their place.
  func releasedIncludes(_ server: ServerBlock) -> [PlacedDirective] {
    server.block.directive.children
      .filter { $0.name == "include" && $0.arguments.first.map(isReleased) ?? false }
      .map { PlacedDirective(file: server.block.file, path: server.block.path, directive: $0) }
  }

  private mutating func warnOfLostFlags(_ listener: Listener) {
    let known: Set<String> = ["ssl", "http2", "ipv6only=on", "default_server", "default"]
    let lost = listener.flags.filter { !known.contains($0) }
    guard !lost.isEmpty else { return }
    warnings.append(
      "\"\(listener.line.place)\" has the options \"\(lost.joined(separator: " "))\", which the "
        + "included file does not repeat; check that the console can do without them")
  }

  /// Prepares the file of a directive for changes; answers its real path.
  private mutating func openForEdit(
    _ placed: PlacedDirective, _ resolvePath: (String) -> String?
  ) throws(Refusal) -> String {
    guard placed.file == 0 || configuration.inclusions[placed.file, default: 0] == 1 else {
      throw Refusal(
        reason: "\"\(placed.place)\" has to change, but \"\(placed.path)\" is included in more "
          + "than one place; move the line into the server block and run adopt again")
    }
    guard let real = resolvePath(placed.path) else {
      throw Refusal(
        reason: "\"\(placed.path)\" is not there any more; run adopt again")
    }
    let contents = configuration.files[placed.file].contents
    if let edit = edits[real] {
      guard edit.contents == contents else {
        throw Refusal(reason: "\"\(real)\" is being changed by somebody else; run adopt again")
      }
    } else {
      edits[real] = FileEdit(contents)
    }
    return real
  }

  /// Without our file at the level of `http` the old port would never redirect.
  mutating func includeHTTPFile(_ resolvePath: (String) -> String?) throws(Refusal) {
    let read = configuration.filesInHTTP.contains { configuration.files[$0].path == paths.http }
    guard !read else { return }
    guard let http = configuration.http else {
      throw Refusal(
        reason: "the configuration has no \"http\" block, so nginx serves no web site; add one "
          + "and run adopt again")
    }
    let real = try openForEdit(http, resolvePath)
    let text = "include \(paths.http);"
    edits[real]?.insert(text, intoBlock: http.directive)
    explanation.append("\"\(http.place)\": \"\(text)\" is for the redirect from the old port")
  }

  /// The diffs of all files, by path.
  func diff() throws(Refusal) -> [UInt8] {
    var result: [UInt8] = []
    for (path, edit) in edits.sorted(by: { $0.key < $1.key }) {
      let new = edit.applied()
      let context = AdoptionLimits.diffContext
      guard let part = unifiedDiff(old: edit.contents, new: new, path: path, context: context)
      else {
        throw Refusal(
          reason: "\"\(path)\" has a character in its name that patch(1) does not take; rename "
            + "the file and run adopt again")
      }
      result += part
    }
    return result
  }
}
