public import Planner

/// What one address and port of a generation should answer.
public struct ChannelExpectation: Equatable, Sendable {
  /// What is expected there.
  public enum Answer: Equatable, Sendable {
    /// TLS with this certificate (SHA-256 of its DER form).
    case certificate(sha256: String)
    /// Plain HTTP, any status but our own redirect.
    case plain(httpsPort: Int)
    /// Status 308 to this HTTPS port.
    case redirect(httpsPort: Int)
  }

  /// The channel, for texts.
  public var channel: String
  /// A numeric address that this host can connect to.
  public var address: String
  /// The port.
  public var port: Int
  /// What is expected.
  public var answer: Answer

  /// Every address and port of a generation, each once.
  ///
  /// A port that is to be closed is not asked: somebody else may have taken it since.
  public static func all(of generation: GenerationFacts) -> [ChannelExpectation] {
    var result: [ChannelExpectation] = []
    func add(_ channel: ChannelTarget, _ port: Int, _ answer: Answer) {
      for address in channel.bind.map(reachable)
      where !result.contains(where: { $0.address == address && $0.port == port }) {
        result.append(
          ChannelExpectation(
            channel: channel.name, address: address, port: port, answer: answer))
      }
    }
    for channel in generation.listen.channels {
      add(channel, channel.httpsPort, .certificate(sha256: generation.certificate.sha256))
      guard let plain = channel.plain else { continue }
      if plain.proto == .http {
        add(channel, plain.httpPort, .plain(httpsPort: channel.httpsPort))
      } else if plain.afterHTTPS == .redirect {
        add(channel, plain.httpPort, .redirect(httpsPort: channel.httpsPort))
      }
    }
    return result
  }

  /// A wildcard is asked on its loopback address.
  private static func reachable(_ address: String) -> String {
    switch address {
    case "0.0.0.0": "127.0.0.1"
    case "::": "::1"
    default: address
    }
  }

  /// Where, for texts.
  var place: String {
    "\(channel) on \(address.contains(":") ? "[\(address)]" : address):\(port)"
  }
}
