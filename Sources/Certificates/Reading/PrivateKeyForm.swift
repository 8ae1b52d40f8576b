internal import COpenSSL

/// Brings a private key of any form into the one that is handed on.
enum PrivateKeyForm {
  /// Why a key is not taken.
  enum Refusal: Error, Equatable {
    case damaged
    case tooLarge(String)
    case unsupported(String)
  }

  /// Reads PKCS#8, PKCS#1 or SEC 1 (DER).
  static func read(
    _ kind: DERKind, _ element: BERElement, _ bytes: SecretBytes, file: String
  ) throws(Refusal) -> CertificateMaterial.FoundKey {
    guard element.whole.count <= CertificateLimits.keyBytes else {
      throw .tooLarge("\(element.whole.count) bytes")
    }
    let type = try checkBounds(kind, element, bytes)
    LibraryErrors.discard()
    defer { LibraryErrors.discard() }
    let (form, range) = firstVersion(kind, element, bytes)
    let raw = unsafe form.lend(range) { start, count -> OpaquePointer? in
      var position = unsafe UnsafePointer(start)
      guard kind == .privateKey else {
        return unsafe d2i_PrivateKey(type, nil, &position, count)
      }
      let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &position, count)
      // Its octets are cleansed when it is freed.
      defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
      return unsafe info == nil ? nil : EVP_PKCS82PKEY(info)
    }
    guard let raw = unsafe raw else { throw .damaged }
    defer { unsafe EVP_PKEY_free(raw) }
    let id = unsafe EVP_PKEY_get_base_id(raw)
    let bits = unsafe EVP_PKEY_get_bits(raw)
    if [EVP_PKEY_RSA, EVP_PKEY_RSA_PSS].contains(id), bits > CertificateLimits.keyBits {
      throw .tooLarge("RSA \(bits) bits")
    }
    guard let pkcs8 = unsafe pkcs8(of: raw), let publicKey = unsafe PublicKeyForm.der(raw: raw)
    else {
      throw .damaged
    }
    return CertificateMaterial.FoundKey(pkcs8: pkcs8, publicKey: publicKey, file: file)
  }

  /// A key of the second version (RFC 5958 §2) without its public half, which OpenSSL 3.0 does not
  /// read; it is worked out from the private one.
  private static func firstVersion(
    _ kind: DERKind, _ element: BERElement, _ bytes: SecretBytes
  ) -> (SecretBytes, Range<Int>) {
    guard kind == .privateKey, let parts = element.children(bytes), parts.count > 3,
      parts[0].number(bytes) == 1
    else { return (bytes, element.whole) }
    let inner = parts[1].whole.lowerBound..<parts[2].whole.upperBound
    let body: [UInt8] = [BERElement.integer, 1, 0]
    let length = body.count + inner.count
    let form = SecretBytes(capacity: length + 4)
    for byte in [BERElement.sequence, 0x82, UInt8(length >> 8), UInt8(length & 0xff)] + body {
      form.append(byte)
    }
    form.append(bytes, inner)
    return (form, 0..<form.count)
  }

  /// Refuses by the form what would take long to load; returns the type for d2i_PrivateKey(3).
  ///
  /// OpenSSL works out the public half of DSA and Diffie-Hellman keys, whatever their size; no TLS
  /// server needs these.
  private static func checkBounds(
    _ kind: DERKind, _ element: BERElement, _ bytes: SecretBytes
  ) throws(Refusal) -> Int32 {
    switch kind {
    case .rsaPrivateKey:
      try checkNumbers(element, bytes)
      return EVP_PKEY_RSA
    case .ecPrivateKey: return EVP_PKEY_EC
    case .dsaPrivateKey: throw .unsupported("DSA")
    case .privateKey: break
    default: throw .damaged
    }
    guard let parts = element.children(bytes), parts.count >= 3,
      let type = parts[1].children(bytes)?.first
    else { throw .damaged }
    let isRSA =
      type.isObject(ObjectIdentifier.rsa, bytes) || type.isObject(ObjectIdentifier.rsaPSS, bytes)
    if isRSA {
      guard let inner = BERElement(bytes, in: parts[2].content) else { throw .damaged }
      try checkNumbers(inner, bytes)
      return EVP_PKEY_RSA
    }
    let others = [
      ObjectIdentifier.ellipticCurve, ObjectIdentifier.ed25519, ObjectIdentifier.ed448,
    ]
    guard others.contains(where: { type.isObject($0, bytes) }) else {
      throw .unsupported(type.dotted(bytes) ?? "without a name")
    }
    return EVP_PKEY_EC
  }

  /// No number of an RSA key is larger than its modulus, and its primes together are as large: a
  /// signature with others can take minutes.
  private static func checkNumbers(
    _ key: BERElement, _ bytes: SecretBytes
  ) throws(Refusal) {
    guard let numbers = key.children(bytes), numbers.count >= 9 else { throw .damaged }
    let sizes = numbers.map(\.content.count)
    // One octet for the sign.
    let modulus = sizes[1]
    guard modulus <= CertificateLimits.keyBits / 8 + 1 else {
      throw .tooLarge("RSA \((modulus - 1) * 8) bits")
    }
    let primes = sizes[4] + sizes[5]
    guard sizes[1...8].allSatisfy({ $0 <= modulus + 1 }), primes <= modulus + 3 else {
      throw .damaged
    }
  }

  private static func pkcs8(of key: OpaquePointer) -> [UInt8]? {
    guard let info = unsafe EVP_PKEY2PKCS8(key) else { return nil }
    defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
    var start: UnsafeMutablePointer<UInt8>?
    let count = Int(unsafe i2d_PKCS8_PRIV_KEY_INFO(info, &start))
    return unsafe taken(start, count)
  }

  /// The octets that OpenSSL wrote; its own copy is cleansed.
  private static func taken(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int) -> [UInt8]? {
    guard let start = unsafe start, count > 0 else { return nil }
    defer { unsafe CRYPTO_clear_free(start, count, #file, #line) }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }
}
