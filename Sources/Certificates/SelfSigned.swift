internal import COpenSSL

/// A new certificate with its key.
public struct Issued: Equatable, Sendable {
  /// The certificate, PEM.
  public var certificatePEM: [UInt8]
  /// The private key: PEM, PKCS#8, unencrypted.
  ///
  /// To be passed to `wipe` once it is written.
  public var privateKeyPEM: [UInt8]
  /// What the certificate says.
  public var details: CertificateDetails

  /// Puts the parts together; nothing is checked.
  public init(certificatePEM: [UInt8], privateKeyPEM: [UInt8], details: CertificateDetails) {
    self.certificatePEM = certificatePEM
    self.privateKeyPEM = privateKeyPEM
    self.details = details
  }
}

/// Makes certificates that are signed with their own key: server certificates, never CAs.
///
/// CA:FALSE, so that whoever trusts one and loses its key has lost that server and no other name.
/// As their own trust anchor they satisfy OpenSSL (strict too), curl and GnuTLS's clients; only
/// `certtool --verify --load-ca-certificate` asks that each anchor be a CA.
public enum SelfSigned {
  /// Makes a key and a certificate for `names`, the first of which is the common name.
  ///
  /// `names` are 1 to 100 host names, wildcards (`*.example.com`) and addresses; doubles are
  /// dropped. `now` is seconds since 1970: the certificate is valid from a day before until
  /// `lifetimeSeconds` after it. An RSA key can take seconds.
  /// Throws `names-missing`, `names-too-many`, `name-invalid`, `name-not-ascii`, `dates-invalid`.
  public static func make(
    names: [String], key algorithm: KeyAlgorithm, lifetimeSeconds: Int, now: Int
  ) throws(CertificateError) -> Issued {
    let subjects = try SubjectName.list(names)
    LibraryErrors.discard()
    let certificate = unsafe try Owned(
      X509_new(), call: "X509_new", free: { unsafe X509_free($0) })
    // Version 3 is written as 2 (RFC 5280 §4.1.2.1).
    try check(unsafe X509_set_version(certificate.raw, 2), "X509_set_version")
    try setSerial(certificate)
    try setValidity(certificate, lifetimeSeconds: lifetimeSeconds, now: now)
    try setName(certificate, first: subjects[0])
    // Last of what can be refused: a key is expensive.
    let key = try algorithm.makeKey()
    try check(unsafe X509_set_pubkey(certificate.raw, key.raw), "X509_set_pubkey")
    try addExtensions(certificate, subjects)
    try check(unsafe X509_sign(certificate.raw, key.raw, algorithm.digest), "X509_sign")
    let details = try CertificateDetails(of: certificate)
    let text = try PEM.text(certificate: certificate)
    return Issued(
      certificatePEM: text, privateKeyPEM: try PEM.text(privateKey: key), details: details)
  }

  /// A random positive number of exactly 128 bits (RFC 5280 §4.1.2.2).
  private static func setSerial(_ certificate: borrowing Owned) throws(CertificateError) {
    let number = unsafe try Owned(BN_new(), call: "BN_new", free: { unsafe BN_free($0) })
    try check(
      unsafe BN_rand(
        number.raw, CertificateLimits.serialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY), "BN_rand")
    guard
      unsafe BN_to_ASN1_INTEGER(number.raw, X509_get_serialNumber(certificate.raw)) != nil
    else { throw CertificateError(library: "no serial number", call: "BN_to_ASN1_INTEGER") }
  }

  /// UTCTime to 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5), as ASN1_TIME_set(3) does.
  private static func setValidity(
    _ certificate: borrowing Owned, lifetimeSeconds: Int, now: Int
  ) throws(CertificateError) {
    let (start, early) = now.subtractingReportingOverflow(CertificateLimits.backdatingSeconds)
    let (end, late) = now.addingReportingOverflow(lifetimeSeconds)
    let written =
      unsafe !early && !late && now >= 0 && lifetimeSeconds > 0
      && end <= CertificateLimits.lastSecond
      && ASN1_TIME_set(X509_getm_notBefore(certificate.raw), start) != nil
      && ASN1_TIME_set(X509_getm_notAfter(certificate.raw), end) != nil
    guard written else {
      throw CertificateError(
        library: "a lifetime of \(lifetimeSeconds) s from \(now) on: it must be positive and end"
          + " before the year 10000", code: "dates-invalid", call: "ASN1_TIME_set")
    }
  }

  private static func setName(
    _ certificate: borrowing Owned, first: SubjectName
  ) throws(CertificateError) {
    let fits = first.text.utf8.count <= CertificateLimits.commonNameBytes
    let text = Array((fits ? first.text : "supervisord-ec").utf8)
    let name = unsafe X509_get_subject_name(certificate.raw)
    try check(
      unsafe X509_NAME_add_entry_by_NID(
        name, fits ? NID_commonName : NID_organizationName, supervisord_ec_utf8_string(), text,
        Int32(text.count), -1, 0), "X509_NAME_add_entry_by_NID")
    try check(unsafe X509_set_issuer_name(certificate.raw, name), "X509_set_issuer_name")
  }

  /// Adds the extensions; the subject is never empty, so no name extension needs to be critical.
  private static func addExtensions(
    _ certificate: borrowing Owned, _ names: [SubjectName]
  ) throws(CertificateError) {
    let entries = names.map(\.entry).joined(separator: ",")
    try add(NID_basic_constraints, "critical,CA:FALSE", certificate)
    try add(NID_key_usage, "critical,digitalSignature", certificate)
    try add(NID_ext_key_usage, "serverAuth", certificate)
    // Both identifiers always, the subject's first: without them a CA file with the old and the
    // new certificate of one name verifies only one of the two.
    try add(NID_subject_key_identifier, "hash", certificate)
    try add(NID_authority_key_identifier, "keyid:always", certificate)
    try add(NID_subject_alt_name, entries, certificate)
  }

  private static func add(
    _ kind: Int32, _ text: String, _ certificate: borrowing Owned
  ) throws(CertificateError) {
    var context = unsafe X509V3_CTX()
    unsafe X509V3_set_ctx(&context, certificate.raw, certificate.raw, nil, nil, 0)
    let made = unsafe X509V3_EXT_nconf_nid(nil, &context, kind, text)
    let addition = unsafe try Owned(
      made, call: "X509V3_EXT_nconf_nid", free: { unsafe X509_EXTENSION_free($0) })
    try check(unsafe X509_add_ext(certificate.raw, addition.raw, -1), "X509_add_ext")
  }
}
