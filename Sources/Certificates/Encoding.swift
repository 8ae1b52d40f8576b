internal import COpenSSL

/// The PEM text (RFC 7468) of certificates in DER, in their order: what a server reads as its chain.
public func certificatePEM(ders: [[UInt8]]) throws(CertificateError) -> [UInt8] {
  var text: [UInt8] = []
  for der in ders { text += try PEM.text(certificate: try certificate(der: der)) }
  return text
}

/// The PEM text of an unencrypted private key in DER (PKCS#8); the caller wipes it.
///
/// Throws `key-damaged`.
public func privateKeyPEM(pkcs8 der: [UInt8]) throws(CertificateError) -> [UInt8] {
  LibraryErrors.discard()
  let raw = unsafe der.withUnsafeBytes { buffer -> OpaquePointer? in
    var start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return unsafe d2i_AutoPrivateKey(nil, &start, buffer.count)
  }
  guard let raw = unsafe raw else {
    throw CertificateError(
      library: "not a private key", code: "key-damaged", call: "d2i_AutoPrivateKey")
  }
  let key = unsafe try Owned(
    raw, call: "d2i_AutoPrivateKey", free: { unsafe EVP_PKEY_free($0) })
  return try PEM.text(privateKey: key)
}

/// The public key of a certificate (SubjectPublicKeyInfo, DER), which pairs it with its private key.
public func publicKey(ofCertificate der: [UInt8]) throws(CertificateError) -> [UInt8] {
  let certificate = try certificate(der: der)
  let key = unsafe X509_get_X509_PUBKEY(certificate.raw)
  var start: UnsafeMutablePointer<UInt8>?
  let count = unsafe i2d_X509_PUBKEY(key, &start)
  guard count > 0, let start = unsafe start else {
    throw CertificateError(library: "no public key", code: "damaged", call: "i2d_X509_PUBKEY")
  }
  defer { unsafe CRYPTO_free(start, "", 0) }
  return unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(count)))
}

/// SHA-256 (FIPS 180-4) of some octets, 64 lower-case hexadecimal digits.
public func sha256(_ bytes: [UInt8]) throws(CertificateError) -> String {
  var digest = [UInt8](repeating: 0, count: 32)
  try check(
    unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil), "EVP_Digest")
  let digits = Array("0123456789abcdef")
  return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

private func certificate(der: [UInt8]) throws(CertificateError) -> Owned {
  LibraryErrors.discard()
  let raw = unsafe der.withUnsafeBytes { buffer -> OpaquePointer? in
    var start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return unsafe d2i_X509(nil, &start, buffer.count)
  }
  guard let raw = unsafe raw else {
    throw CertificateError(library: "not a certificate", code: "damaged", call: "d2i_X509")
  }
  return unsafe try Owned(raw, call: "d2i_X509", free: { unsafe X509_free($0) })
}
