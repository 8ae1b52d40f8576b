internal import COpenSSL
internal import Glibc

/// One certificate while it is judged: the library's object and what is read of it once.
///
/// A reference, so that one certificate can stand in several paths.
final class Certificate {
  /// Who brought it.
  enum Origin: Int {
    /// It is among the material.
    case given
    /// The caller trusts it (`--trust`).
    case trusted
    /// An administrator added it to this host's roots.
    case local
    /// Debian ships it, and it is enabled.
    case shipped
  }

  let object: Owned
  let der: [UInt8]
  let file: String
  let origin: Origin
  /// Seconds since 1970; nil: not a date as RFC 5280 §4.1.2.5 writes it.
  let notBefore: Int?
  let notAfter: Int?
  /// Subject and issuer (RFC 2253), cut to a bounded length.
  let subject: String
  let issuer: String
  /// Hashes of the canonical names, to find issuers by.
  let subjectHash: UInt
  let issuerHash: UInt
  /// Its public key, which lives as long as `object`; nil if the library cannot read it.
  let key: PublicKey?
  /// The same as it is written (SubjectPublicKeyInfo, DER).
  let publicKeyInfo: [UInt8]
  /// Whether subject and issuer are the same name.
  let isSelfIssued: Bool
  /// Whether it says that it may issue (BasicConstraints).
  let saysCA: Bool
  /// Its alternative names, and the subtrees of its name constraints.
  let nameCount: Int
  let constraintCount: Int
  private var ownSignature: Bool?
  /// What was found against it, by whether it is the server's.
  var knownBreaches: [Bool: [Breach]] = [:]

  /// Reads one; nil if it is not a certificate, or more than one.
  init?(_ found: CertificateMaterial.Found, _ origin: Origin) {
    guard !found.der.isEmpty, found.der.count <= CertificateLimits.certificateBytes,
      let object = try? Owned.certificate(der: found.der)
    else { return nil }
    der = found.der
    file = found.file
    self.origin = origin
    notBefore = unsafe Self.seconds(X509_get0_notBefore(object.raw))
    notAfter = unsafe Self.seconds(X509_get0_notAfter(object.raw))
    subject = unsafe Self.text(X509_get_subject_name(object.raw))
    issuer = unsafe Self.text(X509_get_issuer_name(object.raw))
    subjectHash = unsafe X509_subject_name_hash(object.raw)
    issuerHash = unsafe X509_issuer_name_hash(object.raw)
    key = PublicKey(of: object)
    publicKeyInfo = Self.publicKeyInfo(object)
    isSelfIssued =
      unsafe X509_NAME_cmp(X509_get_subject_name(object.raw), X509_get_issuer_name(object.raw))
      == 0
    saysCA = unsafe X509_get_extension_flags(object.raw) & UInt32(EXFLAG_CA) != 0
    nameCount = Self.countNames(object)
    constraintCount = Self.countConstraints(object)
    self.object = object
    LibraryErrors.discard()
  }

  /// Whether it is signed with its own key, whatever it says of its issuer.
  var isSignedByItself: Bool {
    if let ownSignature { return ownSignature }
    let result = isSigned(by: self)
    ownSignature = result
    return result
  }

  /// Whether the signature is made with that certificate's key (X509_verify(3)).
  func isSigned(by issuer: Certificate) -> Bool {
    guard let key = issuer.key, key.isBounded else { return false }
    let result = unsafe X509_verify(object.raw, key.raw) == 1
    LibraryErrors.discard()
    return result
  }

  /// Whether names and key identifiers let that one be the issuer (X509_check_issued(3)).
  ///
  /// Whether it was allowed to issue is judged later, so that it can be named.
  func mayBeIssued(by issuer: Certificate) -> Bool {
    defer { LibraryErrors.discard() }
    switch unsafe X509_check_issued(issuer.object.raw, object.raw) {
    case X509_V_ERR_SUBJECT_ISSUER_MISMATCH, X509_V_ERR_AKID_SKID_MISMATCH,
      X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH:
      return false
    default:
      return unsafe X509_NAME_cmp(
        X509_get_subject_name(issuer.object.raw), X509_get_issuer_name(object.raw)) == 0
    }
  }

  /// Whether the moment lies in its validity, both ends included (RFC 5280 §4.1.2.5).
  func isValid(at now: Int) -> Bool {
    guard let notBefore, let notAfter else { return false }
    return notBefore <= now && now <= notAfter
  }

  /// The one form that RFC 5280 §4.1.2.5 allows: to the second, in UTC.
  private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int? {
    guard let time = unsafe time, let data = unsafe ASN1_STRING_get0_data(time) else { return nil }
    let digits = unsafe ASN1_STRING_type(time) == V_ASN1_UTCTIME ? 12 : 14
    let length = unsafe Int(ASN1_STRING_length(time))
    guard length == digits + 1, unsafe data[digits] == UInt8(ascii: "Z") else { return nil }
    var fields = unsafe tm()
    defer { LibraryErrors.discard() }
    guard unsafe ASN1_TIME_to_tm(time, &fields) == 1 else { return nil }
    return unsafe timegm(&fields)
  }

  private static func publicKeyInfo(_ object: borrowing Owned) -> [UInt8] {
    let key = unsafe X509_get_X509_PUBKEY(object.raw)
    let length = unsafe Int(i2d_X509_PUBKEY(key, nil))
    guard length > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: length)
    unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var position = buffer.baseAddress
      _ = unsafe i2d_X509_PUBKEY(key, &position)
    }
    return bytes
  }

  private static func text(_ name: OpaquePointer?) -> String {
    defer { LibraryErrors.discard() }
    guard let bio = try? Owned.memory(),
      unsafe X509_NAME_print_ex(bio.raw, name, 0, supervisord_ec_name_flags()) >= 0,
      let bytes = try? PEM.contents(bio)
    else { return "" }
    let text = String(decoding: bytes, as: UTF8.self)
    let limit = CertificateLimits.shownNameCharacters
    return text.count <= limit ? text : text.prefix(limit) + "…"
  }

  private static func countNames(_ object: borrowing Owned) -> Int {
    let found = unsafe X509_get_ext_d2i(object.raw, NID_subject_alt_name, nil, nil)
    guard let stack = unsafe found.map({ OpaquePointer($0) }) else { return 0 }
    defer { unsafe GENERAL_NAMES_free(stack) }
    return unsafe Int(OPENSSL_sk_num(stack))
  }

  private static func countConstraints(_ object: borrowing Owned) -> Int {
    guard let found = unsafe X509_get_ext_d2i(object.raw, NID_name_constraints, nil, nil) else {
      return 0
    }
    let constraints = unsafe found.assumingMemoryBound(to: NAME_CONSTRAINTS.self)
    defer { unsafe NAME_CONSTRAINTS_free(constraints) }
    let permitted = unsafe max(0, OPENSSL_sk_num(constraints.pointee.permittedSubtrees))
    let excluded = unsafe max(0, OPENSSL_sk_num(constraints.pointee.excludedSubtrees))
    return Int(permitted) + Int(excluded)
  }
}
