internal import Glibc

/// Text that may stand in a server's configuration: each kind of value has its own few characters,
/// so no quoting is needed and none can be broken out of.
struct SafeText: Hashable, Sendable {
  /// The text as it is rendered.
  let text: String

  private init(_ text: String) { self.text = text }

  /// A TCP port, 1 to 65535.
  static func port(_ port: Int) throws(ProfileError) -> SafeText {
    guard (1...65_535).contains(port) else {
      throw refusal("port", "\(port)", "1 to 65535")
    }
    return SafeText("\(port)")
  }

  /// An IP address in its canonical form, IPv6 in brackets (inet_pton(3)).
  static func address(_ address: String) throws(ProfileError) -> SafeText {
    if let canonical = canonical(address, family: AF_INET, size: 4) { return SafeText(canonical) }
    if let canonical = canonical(address, family: AF_INET6, size: 16) {
      return SafeText("[\(canonical)]")
    }
    throw refusal("address", address, "an IPv4 or IPv6 address without brackets and zone")
  }

  /// An absolute path without `..`.
  static func path(_ path: String) throws(ProfileError) -> SafeText {
    let usual = path.hasPrefix("/") && path.utf8.count <= Int(PATH_MAX)
    let parts = path.split(separator: "/")
    guard usual, only(path, "/._@%+-"), !parts.contains("..") else {
      throw refusal(
        "path", path, "an absolute path of letters, digits and / . _ @ % + - without \"..\"")
    }
    return SafeText(path)
  }

  /// A host name, also with `*` labels, or `_`; an international name as its A-label.
  static func serverName(_ name: String) throws(ProfileError) -> SafeText {
    guard !name.isEmpty, name.utf8.count <= 253, only(name, "._*-"), !name.hasPrefix("-") else {
      throw refusal("server name", name, "letters, digits and . _ * -")
    }
    return SafeText(name)
  }

  /// A name of ours: `[a-z0-9][a-z0-9-]{0,62}`.
  static func word(_ kind: String, _ word: String) throws(ProfileError) -> SafeText {
    let lower = !word.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    guard !word.isEmpty, word.utf8.count <= 63, lower, only(word, "-"), !word.hasPrefix("-") else {
      throw refusal(kind, word, "a-z, 0-9 and \"-\", at most 63")
    }
    return SafeText(word)
  }

  /// The address of what is behind a proxying site.
  ///
  /// `http://HOST[:PORT]`, `https://HOST[:PORT]` or `http://unix:/PATH`; no user, no path, no
  /// query. One `/` at the end is dropped.
  static func backend(_ url: String) throws(ProfileError) -> SafeText {
    let accepted =
      "\"http://HOST[:PORT]\", \"https://HOST[:PORT]\" or \"http://unix:/PATH\", without a path"
    for scheme in ["http://", "https://"] where url.hasPrefix(scheme) {
      var rest = url.dropFirst(scheme.count)
      if rest.hasPrefix("unix:") {
        let socket = try path(String(rest.dropFirst("unix:".count)))
        return SafeText("\(scheme)unix:\(socket.text)")
      }
      if rest.hasSuffix("/") { rest = rest.dropLast() }
      guard let (host, port) = split(rest) else { break }
      let suffix = try port.map { text throws(ProfileError) in
        try ":" + self.port(Int(text) ?? 0).text
      }
      return SafeText(scheme + host + (suffix ?? ""))
    }
    throw refusal("backend", url, accepted)
  }

  /// Splits `HOST[:PORT]`; nil where the host is neither a name nor an address in brackets.
  private static func split(_ text: Substring) -> (host: String, port: Substring?)? {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]"),
        let inner = canonical(
          String(text[text.index(after: text.startIndex)..<end]), family: AF_INET6, size: 16)
      else { return nil }
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      return ("[\(inner)]", rest.isEmpty ? nil : rest.dropFirst())
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty, host.utf8.count <= 253, only(host, "._-"),
      !host.hasPrefix("-")
    else { return nil }
    return (String(host), parts.count == 2 ? parts[1] : nil)
  }

  /// Whether there are only ASCII letters, digits and `others` in a text.
  private static func only(_ text: some StringProtocol, _ others: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: others.utf8.contains(byte)
      }
    }
  }

  /// The text of inet_ntop(3) for a text that inet_pton(3) takes; nil for any other.
  private static func canonical(_ text: String, family: Int32, size: Int) -> String? {
    guard !text.utf8.contains(0) else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    let parsed = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe inet_pton(family, text, buffer.baseAddress)
    }
    guard parsed == 1 else { return nil }
    var result = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let done = unsafe bytes.withUnsafeBytes { source in
      unsafe result.withUnsafeMutableBufferPointer { target in
        unsafe inet_ntop(
          family, source.baseAddress, target.baseAddress, socklen_t(target.count)) != nil
      }
    }
    guard done else { return nil }
    return String(decoding: result.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func refusal(
    _ kind: String, _ found: String, _ accepted: String
  ) -> ProfileError {
    let shown = found.unicodeScalars.prefix(200).map { $0.escaped(asASCII: true) }.joined()
    return ProfileError(.value, at: shown, "not accepted as \(kind); accepted: \(accepted)")
  }
}
