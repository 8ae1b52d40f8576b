internal import COpenSSL

/// Tells which certificate, request and private key are one pair, by their public key.
public enum KeyPairing {
  /// The public key (SubjectPublicKeyInfo, DER) of a certificate in DER; nil if none can be
  /// read.
  ///
  /// Written anew, so that it equals that of `FoundKey` and `CertificateRequest` of the same pair.
  public static func publicKey(ofCertificate der: [UInt8]) -> [UInt8]? {
    guard der.count <= CertificateLimits.pemBytes else { return nil }
    defer { LibraryErrors.discard() }
    guard let certificate = try? Owned.certificate(der: der),
      let key = unsafe X509_get0_pubkey(certificate.raw)
    else { return nil }
    return unsafe PublicKeyForm.der(raw: key)
  }

  /// SHA-256 of a public key (SubjectPublicKeyInfo, DER), 64 lower-case hexadecimal digits.
  ///
  /// As `openssl pkey -pubout -outform DER | sha256sum` gives it.
  public static func sha256(ofPublicKey der: [UInt8]) -> String {
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard unsafe EVP_Digest(der, der.count, &bytes, &length, EVP_sha256(), nil) == 1 else {
      LibraryErrors.discard()
      return ""
    }
    return hexadecimal(bytes.prefix(Int(length)))
  }
}

/// Writes public keys.
enum PublicKeyForm {
  /// SubjectPublicKeyInfo in DER (i2d_PUBKEY(3)).
  static func der(_ key: borrowing Owned) -> [UInt8]? { unsafe der(raw: key.raw) }

  static func der(raw key: OpaquePointer) -> [UInt8]? {
    guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_EC, let copy = unsafe EVP_PKEY_dup(key)
    else { return unsafe written(key) }
    defer {
      unsafe EVP_PKEY_free(copy)
      LibraryErrors.discard()
    }
    // A point may be written in three ways (SEC 1 §2.3.3); a CA may choose another than we did.
    unsafe EVP_PKEY_set_utf8_string_param(copy, "point-format", "uncompressed")
    return unsafe written(copy)
  }

  private static func written(_ key: OpaquePointer) -> [UInt8]? {
    var start: UnsafeMutablePointer<UInt8>?
    let count = Int(unsafe i2d_PUBKEY(key, &start))
    guard let start = unsafe start, count > 0 else { return nil }
    defer { unsafe CRYPTO_free(start, #file, #line) }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }
}
