/// What is known of one certificate, as plain values.
public struct CertificateDetails: Equatable, Sendable {
  /// SHA-256 of the DER form, 64 lower-case hexadecimal digits.
  public var sha256: String
  /// Start of validity, seconds since 1970.
  public var notBefore: Int
  /// End of validity, seconds since 1970; the last second that is still valid.
  public var notAfter: Int
  /// The DNS names and addresses among the subject alternative names, in the certificate's order.
  public var names: [String]
  /// The subject (RFC 2253); what is not printable ASCII is escaped.
  public var subject: String
  /// The issuer (RFC 2253); what is not printable ASCII is escaped.
  public var issuer: String
  /// Whether it carries its own subject as issuer and is signed with its own key.
  public var isSelfSigned: Bool
  /// The kind and size of its key, for people: `ECDSA P-256`, `RSA 3072 bits`.
  public var keyDescription: String

  /// Makes details, for callers that got them elsewhere (a status file, a test).
  public init(
    sha256: String, notBefore: Int, notAfter: Int, names: [String], subject: String,
    issuer: String, isSelfSigned: Bool, keyDescription: String
  ) {
    self.sha256 = sha256
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.names = names
    self.subject = subject
    self.issuer = issuer
    self.isSelfSigned = isSelfSigned
    self.keyDescription = keyDescription
  }
}

/// Reads the first certificate of a PEM text of at most 1 MiB.
///
/// Trusts and verifies nothing. Throws `damaged` or `too-large`.
public func inspect(pem: [UInt8]) throws(CertificateError) -> CertificateDetails {
  try CertificateDetails(of: PEM.certificate(pem))
}

/// Whether the first certificate and the private key belong together (X509_check_private_key(3)).
///
/// Throws `damaged`, `key-damaged` (also for an encrypted key) or `too-large`.
public func matches(
  certificatePEM: [UInt8], privateKeyPEM: [UInt8]
) throws(CertificateError) -> Bool {
  let certificate = try PEM.certificate(certificatePEM)
  let key = try PEM.privateKey(privateKeyPEM)
  return certificate.belongs(to: key)
}
