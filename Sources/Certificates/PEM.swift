internal import COpenSSL

/// Reads and writes PEM (RFC 7468) in memory.
///
/// Never asks for a password, never touches files.
enum PEM {
  /// Reads the first certificate of a text; other blocks before it are skipped.
  static func certificate(_ pem: [UInt8]) throws(CertificateError) -> Owned {
    guard !pem.isEmpty else {
      throw CertificateError(
        code: "damaged", reason: "no certificate: the text is empty", call: "PEM_read_bio_X509")
    }
    return unsafe try object(
      pem, code: "damaged", "not a PEM certificate", "PEM_read_bio_X509",
      read: { bio in unsafe PEM_read_bio_X509(bio, nil, noPassword, nil) },
      free: { unsafe X509_free($0) })
  }

  /// Reads the first private key of a text; an encrypted one is refused.
  static func privateKey(_ pem: [UInt8]) throws(CertificateError) -> Owned {
    unsafe try object(
      pem, code: "key-damaged", "not an unencrypted PEM private key", "PEM_read_bio_PrivateKey",
      read: { bio in unsafe PEM_read_bio_PrivateKey(bio, nil, noPassword, nil) },
      free: { unsafe EVP_PKEY_free($0) })
  }

  /// The PEM text of a certificate.
  static func text(certificate: borrowing Owned) throws(CertificateError) -> [UInt8] {
    let bio = try Owned.memory()
    try check(unsafe PEM_write_bio_X509(bio.raw, certificate.raw), "PEM_write_bio_X509")
    return try contents(bio)
  }

  /// The PKCS#8 PEM text of a private key, unencrypted; the caller wipes it.
  static func text(privateKey: borrowing Owned) throws(CertificateError) -> [UInt8] {
    // The buffer of a secure memory BIO is cleansed when it grows and when it is freed.
    let bio = unsafe try Owned(
      BIO_new(BIO_s_secmem()), call: "BIO_new", free: { unsafe BIO_free($0) })
    try check(
      unsafe PEM_write_bio_PKCS8PrivateKey(bio.raw, privateKey.raw, nil, nil, 0, nil, nil),
      "PEM_write_bio_PKCS8PrivateKey")
    return try contents(bio)
  }

  /// What was written into a memory BIO; the array is allocated once, so no copy of it lingers.
  static func contents(_ bio: borrowing Owned) throws(CertificateError) -> [UInt8] {
    let length = unsafe BIO_ctrl_pending(bio.raw)
    var bytes = [UInt8](repeating: 0, count: length)
    if length == 0 { return bytes }
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe BIO_read(bio.raw, buffer.baseAddress, Int32(clamping: buffer.count))
    }
    guard Int(count) == length else {
      wipe(&bytes)
      throw CertificateError(library: "a short read from memory", call: "BIO_read")
    }
    return bytes
  }

  private static func object(
    _ pem: [UInt8], code: String, _ what: String, _ call: String,
    read: (OpaquePointer) -> OpaquePointer?, free: @escaping (OpaquePointer?) -> Void
  ) throws(CertificateError) -> Owned {
    guard pem.count <= CertificateLimits.pemBytes else {
      throw CertificateError(
        code: "too-large", reason: "larger than \(CertificateLimits.pemBytes) bytes", call: call)
    }
    LibraryErrors.discard()
    let raw = unsafe pem.withUnsafeBytes { buffer -> OpaquePointer? in
      guard let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else {
        return nil
      }
      defer { unsafe BIO_free(bio) }
      return unsafe read(bio)
    }
    guard let raw = unsafe raw else {
      throw CertificateError(library: what, code: code, call: call)
    }
    // Blocks that were skipped may have left words behind.
    LibraryErrors.discard()
    return unsafe try Owned(raw, call: call, free: free)
  }
}

/// Refuses every password: OpenSSL's own default would ask on the terminal (pem_password_cb(3)).
private let noPassword:
  @convention(c) (
    UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
  ) -> Int32 = { _, _, _, _ in -1 }

/// Overwrites bytes in place in a way that the optimizer keeps (OPENSSL_cleanse(3)).
///
/// For private keys once they are written. Copies that were made of the array before are not
/// reached.
public func wipe(_ bytes: inout [UInt8]) {
  // In place: a mutation of an array that has other owners would cleanse a copy.
  unsafe bytes.withUnsafeBytes { buffer in
    unsafe OPENSSL_cleanse(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
  }
  bytes = []
}
