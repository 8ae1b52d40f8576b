internal import COpenSSL

extension CertificateMaterial {
  /// Reads certificates (PEM, DER) and unencrypted private keys (PEM) of any order.
  ///
  /// The password is not used: nothing that is encrypted is read here.
  public static func readPlain(_ inputs: [MaterialInput], password: [UInt8]?) -> ReadingResult {
    var result = ReadingResult()
    for input in inputs {
      let before = result.material
      if let certificate = SmallFile.certificate(input.bytes), input.bytes.first == 0x30 {
        result.material.add(Found(der: certificate, file: input.file))
      }
      result.material.addPEM(input)
      if result.material == before {
        result.reasons.append(
          Reason(
            "unsupported-format", file: input.file, expected: "PEM",
            text: "\"\(input.file)\" holds no certificate and no unencrypted private key in PEM:"
              + " look at it with \"openssl asn1parse -i -in FILE\""))
      }
    }
    return result
  }

  private mutating func add(_ found: Found) {
    if !certificates.contains(where: { $0.der == found.der }) { certificates.append(found) }
  }

  private mutating func addPEM(_ input: MaterialInput) {
    var rest = input.bytes[...]
    let begin = Array("-----BEGIN CERTIFICATE-----".utf8)
    while let start = rest.firstRange(of: begin) {
      let block = Array(rest[start.lowerBound...])
      if let der = SmallFile.certificate(block) { add(Found(der: der, file: input.file)) }
      rest = rest[start.upperBound...]
    }
    if let key = try? PEM.privateKey(input.bytes), let found = Self.key(key, input.file),
      !keys.contains(where: { $0.publicKey == found.publicKey })
    {
      keys.append(found)
    }
    LibraryErrors.discard()
  }

  private static func key(_ key: borrowing Owned, _ file: String) -> FoundKey? {
    guard let form = unsafe EVP_PKEY2PKCS8(key.raw) else { return nil }
    defer { unsafe PKCS8_PRIV_KEY_INFO_free(form) }
    let length = unsafe Int(i2d_PKCS8_PRIV_KEY_INFO(form, nil))
    let publicLength = unsafe Int(i2d_PUBKEY(key.raw, nil))
    guard length > 0, publicLength > 0 else { return nil }
    var (bytes, publicBytes) = (
      [UInt8](repeating: 0, count: length), [UInt8](repeating: 0, count: publicLength)
    )
    unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var position = buffer.baseAddress
      _ = unsafe i2d_PKCS8_PRIV_KEY_INFO(form, &position)
    }
    unsafe publicBytes.withUnsafeMutableBufferPointer { buffer in
      var position = buffer.baseAddress
      _ = unsafe i2d_PUBKEY(key.raw, &position)
    }
    return FoundKey(pkcs8: bytes, publicKey: publicBytes, file: file)
  }
}
