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
  /// Whether RSA's public exponent is odd and at least 3; true for other kinds.
  let hasSoundExponent: Bool
  /// EVP_PKEY_RSA and its like.
  let kind: Int32
  /// The kind for people: `RSA 1024 bits`.
  let text: String

  /// Reads the key of a certificate; nil if the library cannot.
  init?(of certificate: borrowing Owned) {
    guard let raw = unsafe X509_get0_pubkey(certificate.raw) else { return nil }
    unsafe self.raw = raw
    bits = unsafe Int(EVP_PKEY_get_bits(raw))
    kind = unsafe EVP_PKEY_get_base_id(raw)
    let name = unsafe EVP_PKEY_get0_type_name(raw).map { unsafe String(cString: $0) } ?? "unknown"
    text = "\(name) \(bits) bits"
    guard kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS else {
      (exponentBits, hasSoundExponent) = (0, true)
      return
    }
    var number: OpaquePointer?
    let result = unsafe EVP_PKEY_get_bn_param(raw, "e", &number)
    defer { unsafe BN_free(number) }
    exponentBits = unsafe result == 1 ? Int(BN_num_bits(number)) : 0
    hasSoundExponent = unsafe exponentBits >= 2 && BN_is_odd(number) == 1
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
    // A curve over a binary field of 571 bits is the slowest.
    default: return bits <= 256 ? 10 : 150
    }
  }
}
