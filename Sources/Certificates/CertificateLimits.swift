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
}
