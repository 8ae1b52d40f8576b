internal import COpenSSL

extension Judge {
  /// Whether a key is there, belongs to the certificate, and both are strong enough to serve.
  mutating func judgeKeys(_ leaf: Certificate) {
    let index = material.keys.firstIndex { leaf.hasPublicKey($0.publicKey) }
    if material.keys.isEmpty {
      add(.keyMissing(leaf, weight: question.needsKey ? .refusal : .remark))
    } else if let index, Self.signs(material.keys[index], for: leaf) {
      result.keyIndex = index
      pass("key-missing", "a private key is there")
      pass("key-mismatch", "the private key belongs to the certificate")
    } else {
      add(.keyMismatch(leaf, file: material.keys.first?.file, isOddKey: index != nil))
      pass("key-missing", "a private key is there")
    }
    for (position, key) in material.keys.enumerated()
    where result.keyIndex != nil && position != index {
      add(.extraKey(file: key.file))
    }
  }

  /// Whether a signature made with the private half is good for the certificate's public half.
  ///
  /// A key file holds both halves, and may hold a public half that is not its own.
  private static func signs(
    _ key: CertificateMaterial.FoundKey, for leaf: Certificate
  ) -> Bool {
    guard let publicKey = leaf.key, publicKey.canServe else { return true }
    // An exponent longer than the modulus would take minutes.
    guard publicKey.isBounded, key.pkcs8.count <= publicKey.bits + 512 else {
      return !publicKey.isBounded
    }
    defer { LibraryErrors.discard() }
    let raw = unsafe key.pkcs8.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var position = buffer.baseAddress
      return unsafe d2i_AutoPrivateKey(nil, &position, buffer.count)
    }
    guard let raw = unsafe raw else { return false }
    defer { unsafe EVP_PKEY_free(raw) }
    let message = Array("supervisord-ec".utf8)
    let hasDigest = publicKey.kind != EVP_PKEY_ED25519 && publicKey.kind != EVP_PKEY_ED448
    let digest = unsafe hasDigest ? EVP_sha256() : nil
    guard let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    var length = unsafe Int(EVP_PKEY_get_size(raw))
    guard length > 0 else { return false }
    var signature = [UInt8](repeating: 0, count: length)
    guard unsafe EVP_DigestSignInit(context, nil, digest, nil, raw) == 1,
      unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1,
      unsafe EVP_MD_CTX_reset(context) == 1,
      unsafe EVP_DigestVerifyInit(context, nil, digest, nil, publicKey.raw) == 1
    else { return false }
    return unsafe EVP_DigestVerify(context, signature, length, message, message.count) == 1
  }
}
