internal import COpenSSL

extension Judge {
  /// Whether each name that was asked for is among the alternative names (RFC 9525 §6).
  ///
  /// A common name never counts; a wildcard stands for one whole label, the first one.
  mutating func judgeNames(_ leaf: Certificate) {
    let covered = result.details?.names ?? []
    for name in question.names where !leaf.covers(name, names: covered) {
      add(.nameMismatch(leaf, name: name, covered: covered))
    }
    if !question.names.isEmpty {
      pass("name-mismatch", "it is valid for \(question.names.joined(separator: ", "))")
    } else if covered.isEmpty {
      add(.noNames(leaf))
    }
    if leaf.saysCA { add(.caAsServer(leaf)) }
  }

  /// Whether it is worse than what it would replace.
  mutating func judgeAgainstStanding() {
    guard let standing = question.standing, let details = result.details,
      standing.sha256 != details.sha256
    else { return }
    let file = material.certificates.first?.file
    if details.notAfter < standing.notAfter {
      add(.endsSooner(details.notAfter, standing: standing.notAfter, file: file))
    } else if details.notBefore < standing.notBefore {
      add(.older(details.notBefore, standing: standing.notBefore, file: file))
    }
    let lost = question.agentNames.filter { name in
      NameMatch.covers(name, names: standing.names) && !NameMatch.covers(name, names: details.names)
    }
    for name in lost { add(.dropsAgentName(name, file: file)) }
    pass("ends-sooner", "it ends no sooner than the one in use")
    pass("older", "it is no older than the one in use")
    pass("drops-agent-name", "it keeps every name that agents use")
  }
}

extension Certificate {
  /// Whether it is valid for a host name or address.
  func covers(_ name: String, names: [String]) -> Bool {
    defer { LibraryErrors.discard() }
    if let address = Address(text: name) {
      return unsafe X509_check_ip(object.raw, address.bytes, address.bytes.count, 0) == 1
    }
    // A wildcard that is asked for has to be there as it is: it names no host to compare with.
    if name.hasPrefix("*") { return NameMatch.covers(name, names: names) }
    let host = name.hasSuffix(".") ? String(name.dropLast()) : name
    guard !host.isEmpty else { return false }
    let flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
    return unsafe X509_check_host(object.raw, host, host.utf8.count, UInt32(flags), nil) == 1
  }
}

/// Compares a name with a list of names of a certificate that is not at hand any more.
public enum NameMatch {
  /// Whether one of them is the name, or a wildcard for it (RFC 9525 §6.3).
  public static func covers(_ name: String, names: [String]) -> Bool {
    let name = name.lowercased()
    let parent = name.firstIndex(of: ".").map { name[$0...] }
    return names.contains { candidate in
      let candidate = candidate.lowercased()
      if candidate == name { return true }
      guard candidate.hasPrefix("*."), let parent, Address(text: name) == nil else { return false }
      return candidate.dropFirst() == parent && !name.hasPrefix("*") && !name.hasPrefix(".")
    }
  }
}
