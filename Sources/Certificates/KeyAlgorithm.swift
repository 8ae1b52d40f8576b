internal import COpenSSL

/// The kinds of keys that are made here.
public enum KeyAlgorithm: String, Sendable, CaseIterable {
  /// ECDSA on NIST P-256, signing with SHA-256.
  case ecdsaP256 = "ecdsa-p256"
  /// ECDSA on NIST P-384, signing with SHA-384.
  case ecdsaP384 = "ecdsa-p384"
  /// RSA with 3072 bits, signing with SHA-256 (PKCS #1 v1.5, which every client takes).
  case rsa3072 = "rsa-3072"

  /// The digest of the signatures that this kind of key makes (EVP_sha256(3)); never freed.
  var digest: OpaquePointer? {
    switch self {
    case .ecdsaP256, .rsa3072: unsafe EVP_sha256()
    case .ecdsaP384: unsafe EVP_sha384()
    }
  }

  /// Makes a new key (EVP_PKEY_generate(3)); its memory is cleansed when it is freed.
  func makeKey() throws(CertificateError) -> Owned {
    LibraryErrors.discard()
    let kind = self == .rsa3072 ? "RSA" : "EC"
    let context = unsafe try Owned(
      EVP_PKEY_CTX_new_from_name(nil, kind, nil), call: "EVP_PKEY_CTX_new_from_name",
      free: { unsafe EVP_PKEY_CTX_free($0) })
    try check(unsafe EVP_PKEY_keygen_init(context.raw), "EVP_PKEY_keygen_init")
    switch self {
    case .ecdsaP256: try chooseGroup("P-256", context)
    case .ecdsaP384: try chooseGroup("P-384", context)
    case .rsa3072:
      try check(
        unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context.raw, 3072),
        "EVP_PKEY_CTX_set_rsa_keygen_bits")
    }
    var key: OpaquePointer?
    let result = unsafe EVP_PKEY_generate(context.raw, &key)
    try check(result, "EVP_PKEY_generate")
    return unsafe try Owned(
      key, call: "EVP_PKEY_generate", free: { unsafe EVP_PKEY_free($0) })
  }

  private func chooseGroup(_ name: String, _ context: borrowing Owned) throws(CertificateError) {
    try check(
      unsafe EVP_PKEY_CTX_set_group_name(context.raw, name), "EVP_PKEY_CTX_set_group_name")
  }
}
