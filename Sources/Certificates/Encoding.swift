internal import COpenSSL

/// The PEM text (RFC 7468) of certificates in DER, in their order: a chain as servers read it.
public func certificatePEM(ders: [[UInt8]]) throws(CertificateError) -> [UInt8] {
  var text: [UInt8] = []
  for der in ders { text += try PEM.text(certificate: try Owned.certificate(der: der)) }
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

extension Owned {
  /// A certificate in DER, and nothing behind it (d2i_X509(3)); throws `damaged`.
  static func certificate(der: [UInt8]) throws(CertificateError) -> Owned {
    LibraryErrors.discard()
    var isWhole = false
    let raw = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var position = buffer.baseAddress
      let raw = unsafe d2i_X509(nil, &position, buffer.count)
      isWhole = unsafe position == buffer.baseAddress?.advanced(by: buffer.count)
      return unsafe raw
    }
    guard let raw = unsafe raw else {
      throw CertificateError(library: "not a certificate", code: "damaged", call: "d2i_X509")
    }
    let object = unsafe try Owned(raw, call: "d2i_X509", free: { unsafe X509_free($0) })
    guard isWhole else {
      throw CertificateError(
        code: "damaged", reason: "more than one certificate", call: "d2i_X509")
    }
    return object
  }
}
