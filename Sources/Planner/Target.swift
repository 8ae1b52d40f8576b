/// What the configuration of a generation is rendered from: two generations with equal listen
/// targets serve the same channels.
public struct ListenTarget: Codable, Equatable, Sendable {
  /// The profile whose templates are rendered.
  public var profile: String
  /// The console behind a whole rendered site, from `adopt --backend`.
  public var backend: String?
  /// The channels as they are to be served.
  public var channels: [ChannelTarget]

  /// Makes a target.
  public init(profile: String, backend: String? = nil, channels: [ChannelTarget]) {
    self.profile = profile
    self.backend = backend
    self.channels = channels
  }

  /// Whether the console is on HTTPS.
  public var consoleProtocol: WebProtocol {
    channels.first { $0.plain != nil }?.plain?.proto ?? .https
  }
}

/// One channel as it is to be served.
public struct ChannelTarget: Codable, Equatable, Sendable {
  /// The channel's name.
  public var name: String
  /// The server block it belongs to.
  public var site: String
  /// The TLS port, served before enforcement too.
  public var httpsPort: Int
  /// Addresses to listen on.
  public var bind: [String]
  /// The HTTP side, of the console only.
  public var plain: PlainTarget?

  /// Makes a channel.
  public init(
    name: String, site: String, httpsPort: Int, bind: [String], plain: PlainTarget? = nil
  ) {
    self.name = name
    self.site = site
    self.httpsPort = httpsPort
    self.bind = bind
    self.plain = plain
  }
}

/// What the console's HTTP port does.
public struct PlainTarget: Codable, Equatable, Sendable {
  /// `http`: the port serves the console.
  ///
  /// `https`: it redirects or is closed.
  public var proto: WebProtocol
  /// The HTTP port.
  public var httpPort: Int
  /// What the port does once `proto` is `https`.
  public var afterHTTPS: AfterHTTPS

  /// Makes the HTTP side.
  public init(proto: WebProtocol, httpPort: Int, afterHTTPS: AfterHTTPS) {
    self.proto = proto
    self.httpPort = httpPort
    self.afterHTTPS = afterHTTPS
  }
}

/// What a certificate is made from.
///
/// `lifetime` is not part of it: a new one counts at the next renewal only.
public struct CertificateTarget: Codable, Equatable, Sendable {
  /// Where it comes from.
  public var source: CertificateSource
  /// Which imported or followed one: SHA-256 of its DER form.
  public var imported: String?
  /// Explicit names; nil: the host's.
  public var names: [String]?
  /// The kind of key.
  public var key: KeyKind

  /// Makes a target.
  public init(
    source: CertificateSource, imported: String? = nil, names: [String]?, key: KeyKind
  ) {
    self.source = source
    self.imported = imported
    self.names = names
    self.key = key
  }
}

/// Whose word a certificate is.
public enum CertificateIssuer: String, Codable, Sendable {
  /// Signed with its own key.
  case selfSigned = "self-signed"
  /// A CA that the administrator brought.
  case privateCA = "private-ca"
  /// A CA whose root the distribution ships and trusts.
  case publicCA = "public-ca"
}

/// What is known of one certificate.
public struct CertificateFacts: Codable, Equatable, Sendable {
  /// SHA-256 of the DER form, 64 lower-case hexadecimal digits.
  public var sha256: String
  /// Start of validity.
  public var notBefore: UnixSeconds
  /// End of validity.
  public var notAfter: UnixSeconds
  /// The subject alternative names, as text.
  public var names: [String]
  /// When it was made here (unlike `notBefore`, which lies a day back), or imported.
  public var madeAt: UnixSeconds
  /// Who issued it; nil: nobody but its own key.
  public var issuer: CertificateIssuer?

  /// Makes facts.
  public init(
    sha256: String, notBefore: UnixSeconds, notAfter: UnixSeconds, names: [String],
    madeAt: UnixSeconds, issuer: CertificateIssuer? = nil
  ) {
    self.issuer = issuer
    self.sha256 = sha256
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.names = names
    self.madeAt = madeAt
  }
}

extension CertificateFacts {
  /// Whether a text has the form of `sha256`: nothing that leads out of a folder.
  public static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

/// A certificate request (PKCS#10) that was made here and not answered yet.
public struct CertificateRequestFacts: Codable, Equatable, Sendable {
  /// SHA-256 of the public key (SubjectPublicKeyInfo, DER), which pairs it with the CA's answer.
  public var publicKey: String
  /// Names and addresses that were asked for.
  public var names: [String]
  /// When it was made.
  public var madeAt: UnixSeconds

  /// Makes facts.
  public init(publicKey: String, names: [String], madeAt: UnixSeconds) {
    self.publicKey = publicKey
    self.names = names
    self.madeAt = madeAt
  }
}

/// What is known of one complete generation on disk; also its manifest.
public struct GenerationFacts: Codable, Equatable, Sendable {
  /// Its number, from 1.
  public var number: Int
  /// What its configuration was rendered from.
  public var listen: ListenTarget
  /// What its certificate was made from.
  public var certificateTarget: CertificateTarget
  /// The certificate that it serves.
  public var certificate: CertificateFacts
  /// When it was written.
  public var createdAt: UnixSeconds
  /// Why it was made, one short sentence for the journal and `status`.
  public var why: String

  /// Makes facts.
  public init(
    number: Int, listen: ListenTarget, certificateTarget: CertificateTarget,
    certificate: CertificateFacts, createdAt: UnixSeconds, why: String
  ) {
    self.number = number
    self.listen = listen
    self.certificateTarget = certificateTarget
    self.certificate = certificate
    self.createdAt = createdAt
    self.why = why
  }
}
