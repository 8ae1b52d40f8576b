/// Judges the first bytes of an HTTP/1.1 response (RFC 9112).
enum HTTPAnswer {
  /// The request that is sent: HEAD, so that the answer stays small.
  static func request(host: String) -> [UInt8] {
    Array(
      ("HEAD / HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: supervisord-ec\r\n"
        + "Connection: close\r\n\r\n").utf8)
  }

  /// Nil while more bytes are needed; then nil inside (good) or why not.
  static func judge(_ bytes: [UInt8], _ expected: ChannelExpectation.Answer) -> String?? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.contains("\r\n\r\n") || bytes.count >= 8_192 else { return nil }
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    guard let first = lines.first, first.hasPrefix("HTTP/1."),
      let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return .some("it does not answer HTTP") }
    let location = lines.first { $0.lowercased().hasPrefix("location:") }
      .map { $0.dropFirst("location:".count).drop { $0 == " " } }
    switch expected {
    case .plain(let port):
      let isOurs = status == 308 && isHTTPS(location, port: port)
      return .some(isOurs ? "it still redirects to HTTPS" : nil)
    case .redirect(let port):
      guard status == 308 else { return .some("it answers status \(status), not 308 to HTTPS") }
      return .some(isHTTPS(location, port: port) ? nil : "it redirects to \(location ?? "nowhere")")
    case .certificate: return .some("it answers plain HTTP where TLS is expected")
    }
  }

  private static func isHTTPS(_ location: Substring?, port: Int) -> Bool {
    guard let location, location.hasPrefix("https://") else { return false }
    let authority = location.dropFirst("https://".count).prefix { $0 != "/" }
    // The colons of an address in brackets are not those of the port (RFC 3986 §3.2.2).
    let afterName = authority.lastIndex(of: "]").map { authority[authority.index(after: $0)...] }
    let tail = afterName ?? authority
    if let colon = tail.lastIndex(of: ":") { return tail[tail.index(after: colon)...] == "\(port)" }
    return port == 443
  }
}
