internal import COpenSSL

/// A request for a certificate (PKCS#10, RFC 2986), with the key that it is for.
///
/// It asks for names only: what else the certificate says is the CA's to decide.
public struct CertificateRequest: Equatable, Sendable {
  /// The request, PEM.
  public var requestPEM: [UInt8]
  /// The private key: PEM, PKCS#8, unencrypted.
  ///
  /// To be passed to `wipe` once it is written.
  public var privateKeyPEM: [UInt8]
  /// The public key (SubjectPublicKeyInfo, DER), by which the CA's answer is recognised.
  public var publicKey: [UInt8]

  /// Puts the parts together; nothing is checked.
  public init(requestPEM: [UInt8], privateKeyPEM: [UInt8], publicKey: [UInt8]) {
    self.requestPEM = requestPEM
    self.privateKeyPEM = privateKeyPEM
    self.publicKey = publicKey
  }

  /// Makes a key and a request for `names`, as `SelfSigned.make` takes them.
  ///
  /// The first name is the common name if it fits; else the subject is empty and the alternative
  /// names are critical (RFC 5280 §4.2.1.6). An RSA key can take seconds. The signature is verified
  /// before it is handed out.
  /// Throws `names-missing`, `names-too-many`, `name-invalid`, `name-not-ascii`.
  public static func make(
    names: [String], key algorithm: KeyAlgorithm
  ) throws(CertificateError) -> CertificateRequest {
    let subjects = try SubjectName.list(names)
    LibraryErrors.discard()
    let request = unsafe try Owned(
      X509_REQ_new(), call: "X509_REQ_new", free: { unsafe X509_REQ_free($0) })
    // Version 1 is written as 0 (RFC 2986 §4.1).
    try check(unsafe X509_REQ_set_version(request.raw, 0), "X509_REQ_set_version")
    let hasCommonName = subjects[0].text.utf8.count <= CertificateLimits.commonNameBytes
    if hasCommonName { try setCommonName(request, Array(subjects[0].text.utf8)) }
    let key = try algorithm.makeKey()
    try check(unsafe X509_REQ_set_pubkey(request.raw, key.raw), "X509_REQ_set_pubkey")
    try addNames(request, subjects, isCritical: !hasCommonName)
    try check(unsafe X509_REQ_sign(request.raw, key.raw, algorithm.digest), "X509_REQ_sign")
    try check(unsafe X509_REQ_verify(request.raw, key.raw), "X509_REQ_verify")
    let bio = try Owned.memory()
    try check(unsafe PEM_write_bio_X509_REQ(bio.raw, request.raw), "PEM_write_bio_X509_REQ")
    let text = try PEM.contents(bio)
    guard let publicKey = PublicKeyForm.der(key) else {
      throw CertificateError(library: "no public key", call: "i2d_PUBKEY")
    }
    return CertificateRequest(
      requestPEM: text, privateKeyPEM: try PEM.text(privateKey: key), publicKey: publicKey)
  }

  /// The public key (SubjectPublicKeyInfo, DER) of a request in PEM, whose signature is verified.
  ///
  /// For a request that was written earlier. Throws `damaged` or `too-large`.
  public static func publicKey(ofRequest pem: [UInt8]) throws(CertificateError) -> [UInt8] {
    guard pem.count <= CertificateLimits.pemBytes else {
      throw CertificateError(
        code: "too-large", reason: "larger than \(CertificateLimits.pemBytes) bytes",
        call: "PEM_read_bio_X509_REQ")
    }
    LibraryErrors.discard()
    let raw = unsafe pem.withUnsafeBytes { buffer -> OpaquePointer? in
      guard let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else {
        return nil
      }
      defer { unsafe BIO_free(bio) }
      return unsafe PEM_read_bio_X509_REQ(bio, nil, nil, nil)
    }
    guard let raw = unsafe raw else {
      throw CertificateError(
        library: "not a PEM certificate request", code: "damaged", call: "PEM_read_bio_X509_REQ")
    }
    let request = unsafe try Owned(
      raw, call: "PEM_read_bio_X509_REQ", free: { unsafe X509_REQ_free($0) })
    let key = unsafe try Owned(
      X509_REQ_get_pubkey(request.raw), call: "X509_REQ_get_pubkey",
      free: { unsafe EVP_PKEY_free($0) })
    try check(
      unsafe X509_REQ_verify(request.raw, key.raw), "X509_REQ_verify", code: "damaged",
      "a request that is not signed with its own key")
    guard let publicKey = PublicKeyForm.der(key) else {
      throw CertificateError(library: "no public key", code: "damaged", call: "i2d_PUBKEY")
    }
    return publicKey
  }

  private static func setCommonName(
    _ request: borrowing Owned, _ text: [UInt8]
  ) throws(CertificateError) {
    let name = unsafe X509_REQ_get_subject_name(request.raw)
    try check(
      unsafe X509_NAME_add_entry_by_NID(
        name, NID_commonName, supervisord_ec_utf8_string(), text, Int32(text.count), -1, 0),
      "X509_NAME_add_entry_by_NID")
  }

  /// The attribute extensionRequest (RFC 2985 §5.4.2) with the alternative names.
  private static func addNames(
    _ request: borrowing Owned, _ names: [SubjectName], isCritical: Bool
  ) throws(CertificateError) {
    let text = (isCritical ? "critical," : "") + names.map(\.entry).joined(separator: ",")
    var context = unsafe X509V3_CTX()
    unsafe X509V3_set_ctx(&context, nil, nil, request.raw, nil, 0)
    let addition = unsafe try Owned(
      X509V3_EXT_nconf_nid(nil, &context, NID_subject_alt_name, text),
      call: "X509V3_EXT_nconf_nid", free: { unsafe X509_EXTENSION_free($0) })
    // sk_X509_EXTENSION_new_null and _push are macros over these two (DEFINE_STACK_OF(3)).
    let list = unsafe try Owned(
      OPENSSL_sk_new_null(), call: "OPENSSL_sk_new_null", free: { unsafe OPENSSL_sk_free($0) })
    try check(
      unsafe OPENSSL_sk_push(list.raw, UnsafeRawPointer(addition.raw)), "OPENSSL_sk_push")
    try check(unsafe X509_REQ_add_extensions(request.raw, list.raw), "X509_REQ_add_extensions")
  }
}
