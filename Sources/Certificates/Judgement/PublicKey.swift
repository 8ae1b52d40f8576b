internal import COpenSSL

/// What is known of a certificate's public key; borrows the key from its certificate.
@safe
struct PublicKey {
  /// The key, for as long as its certificate lives.
  let raw: OpaquePointer
  /// Its size in bits.
  let bits: Int
  /// Bits of RSA's public exponent; 0 for other kinds.
  let exponentBits: Int
  /// Whether RSA's public exponent is odd and at least 3, and its modulus odd; true for other
  /// kinds.
  let hasSoundNumbers: Bool
  /// The name of an elliptic curve; nil for other kinds, and for a curve without one.
  let curve: String?
  /// EVP_PKEY_RSA and its like.
  let kind: Int32
  /// The kind for people: `RSA 1024 bits`.
  let text: String

  /// P-256, P-384 and P-521, which clients offer by default; TLS 1.3 has schemes for no others
  /// (RFC 8446 §4.2.3).
  private static let usualCurves: Set<String> = ["prime256v1", "secp384r1", "secp521r1"]

  /// Reads the key of a certificate; nil if the library cannot.
  init?(of certificate: borrowing Owned) {
    guard let raw = unsafe X509_get0_pubkey(certificate.raw) else { return nil }
    unsafe self.raw = raw
    bits = unsafe Int(EVP_PKEY_get_bits(raw))
    kind = unsafe EVP_PKEY_get_base_id(raw)
    let name = unsafe EVP_PKEY_get0_type_name(raw).map { unsafe String(cString: $0) } ?? "unknown"
    curve = unsafe kind == EVP_PKEY_EC ? Self.curve(raw) : nil
    let isUsual = curve.map(Self.usualCurves.contains) ?? true
    text = "\(name) \(bits) bits" + (isUsual ? "" : " on \(curve ?? "")")
    guard kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS else {
      (exponentBits, hasSoundNumbers) = (0, true)
      return
    }
    var number: OpaquePointer?
    var modulus: OpaquePointer?
    let result = unsafe EVP_PKEY_get_bn_param(raw, "e", &number)
    defer { unsafe BN_free(number) }
    exponentBits = unsafe result == 1 ? Int(BN_num_bits(number)) : 0
    let isRead = unsafe EVP_PKEY_get_bn_param(raw, "n", &modulus) == 1
    defer { unsafe BN_free(modulus) }
    hasSoundNumbers =
      unsafe exponentBits >= 2 && BN_is_odd(number) == 1 && isRead && BN_is_odd(modulus) == 1
  }

  private static func curve(_ raw: OpaquePointer) -> String? {
    var text = [CChar](repeating: 0, count: 64)
    var length = 0
    guard unsafe EVP_PKEY_get_group_name(raw, &text, text.count, &length) == 1 else {
      LibraryErrors.discard()
      return nil
    }
    return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Why clients do not take it in a certificate; nil if they do.
  ///
  /// Sizes are the library's to judge, but for RSA: it takes 2047 bits for as strong as 2048.
  func weakness(isLeaf: Bool) -> String? {
    switch kind {
    case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS:
      if bits < CertificateLimits.rsaLeastBits { return "it is too short" }
      if bits > CertificateLimits.rsaBits { return "it is too large" }
      if !hasSoundNumbers { return "its numbers are no RSA key's" }
      if exponentBits > CertificateLimits.rsaExponentBits { return "its exponent is too large" }
    case EVP_PKEY_EC:
      // The point has to lie on the curve, and not at infinity (SEC 1 §3.2.2).
      let context = unsafe EVP_PKEY_CTX_new(raw, nil)
      defer {
        unsafe EVP_PKEY_CTX_free(context)
        LibraryErrors.discard()
      }
      if unsafe EVP_PKEY_public_check(context) != 1 { return "its point is not on the curve" }
      if isLeaf, let curve, !Self.usualCurves.contains(curve) {
        return "clients do not offer its curve"
      }
    case EVP_PKEY_ED25519, EVP_PKEY_ED448: break
    case EVP_PKEY_DSA: return "browsers and TLS 1.3 dropped DSA"
    default: return "it signs nothing"
    }
    return nil
  }

  /// Whether one signature is cheap enough to be looked at.
  var isBounded: Bool {
    switch kind {
    case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS:
      bits <= CertificateLimits.rsaBits && exponentBits <= CertificateLimits.rsaExponentBits
    case EVP_PKEY_DSA: bits <= CertificateLimits.dsaBits
    case EVP_PKEY_EC, EVP_PKEY_ED25519, EVP_PKEY_ED448: true
    default: false
    }
  }

  /// Whether a TLS server can sign with it (RFC 8446 §4.2.3); browsers dropped DSA long ago.
  var canServe: Bool {
    switch kind {
    case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS, EVP_PKEY_EC, EVP_PKEY_ED25519, EVP_PKEY_ED448: true
    default: false
    }
  }

  /// What one check of a signature costs, in units of about 20 µs.
  var cost: Int {
    let size = max(1, bits / 1024)
    switch kind {
    case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS: return size * size * max(1, exponentBits / 17)
    case EVP_PKEY_DSA: return size * size * 30
    // P-384 and larger have no fast code, binary fields least of all.
    default: return bits <= 256 ? 10 : 75
    }
  }
}
