/// Every bound of this module, each with its reason.
enum CertificateLimits {
  /// Longest PEM text read: a chain is some kilobytes, and `int` lengths of OpenSSL stay far away.
  static let pemBytes = 1 << 20
  /// Names in one certificate made here, so that it fits easily into one TLS flight.
  static let names = 100
  /// Octets of a DNS name in text form (RFC 1035 §2.3.4: 255 on the wire).
  static let nameBytes = 253
  /// Octets of one label (RFC 1035 §2.3.4).
  static let labelBytes = 63
  /// Characters of a common name (RFC 5280 appendix A.1, ub-common-name).
  static let commonNameBytes = 64
  /// How far a new certificate starts in the past, for clients whose clock is behind.
  static let backdatingSeconds = 86_400
  /// 9999-12-31T23:59:59Z, the last second that a certificate can name (RFC 5280 §4.1.2.5); the
  /// library would write a fifth digit.
  static let lastSecond = 253_402_300_799
  /// Bits of a serial number: unique by chance, and at most 17 of the 20 octets allowed.
  static let serialBits: Int32 = 128
  /// Addresses of the host that go into a certificate by default.
  static let hostAddresses = 32
  /// Bytes read of /etc/hosts; block lists make it large, and our own entry stands at its top.
  static let systemFileBytes = 64 * 1024
  /// Bytes of one request of a probe: one TLS record, so that it is written whole or not at all.
  static let requestBytes = 16 * 1024
  /// Bytes that one `receive` hands back.
  static let answerBytes = 64 * 1024

  // What is judged may come from anybody; together these keep a judgement far below two seconds.

  /// Octets of one certificate: OpenSSL's clients take 100 KiB for a whole chain
  /// (SSL_CTX_set_max_cert_list(3)), and one with hundreds of names has 30 KiB.
  static let certificateBytes = 64 * 1024
  /// Certificates looked at in one judgement: a bundle of all public roots has 150.
  static let certificates = 200
  /// Roots of a host, and lines of their list.
  static let anchors = 1_000
  /// Folders below each other in which added roots are looked for.
  static let anchorFolderDepth = 4
  /// Certificates in one path, root included; GnuTLS gives up at 16, too.
  static let pathLength = 16
  /// Steps of the search for paths: an ordinary chain needs 4.
  static let pathSteps = 500
  /// Paths that are verified: cross-signed CAs have two or three.
  static let paths = 24
  /// What checks of signatures may cost in the search and again in the paths, in `PublicKey.cost`.
  static let signatureCost = 20_000
  /// Octets of a serial number (RFC 5280 §4.1.2.2).
  static let serialBytes = 20
  /// Bits of the shortest RSA key that clients take (CA/Browser Forum, Baseline Requirements
  /// §6.1.5).
  static let rsaLeastBits = 2_048
  /// Bits of an RSA key whose signatures are looked at; Go's clients take no more.
  static let rsaBits = 8_192
  /// Bits of RSA's public exponent (CA/Browser Forum, Baseline Requirements §6.1.6).
  static let rsaExponentBits = 256
  /// Bits of a DSA key; FIPS 186-4 knows up to 3072.
  static let dsaBits = 3_072
  /// Comparisons of names with name constraints in one path.
  static let nameComparisons = 1 << 17
  /// Errors of the library that are kept for one path.
  static let findings = 64
  /// Characters of a name that are shown.
  static let shownNameCharacters = 200
  /// Longest validity that browsers take from a public CA: 398 days (CA/Browser Forum, Baseline
  /// Requirements §6.3.2).
  static let publicValiditySeconds = 398 * 86_400
}
