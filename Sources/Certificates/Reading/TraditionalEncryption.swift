internal import COpenSSL

/// The encryption of old PEM keys (RFC 1421 §4.6.1.1, `Proc-Type: 4,ENCRYPTED`).
struct TraditionalEncryption {
  private let cipherName: String
  private let initialValue: SecretBytes

  /// Reads the header `DEK-Info: NAME,HEX`; nil if it is damaged.
  init?(_ information: String?) {
    let parts = (information ?? "").split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...32).contains(parts[0].utf8.count),
      parts[0].utf8.allSatisfy({ (0x30...0x5a).contains($0) || $0 == UInt8(ascii: "-") })
    else { return nil }
    let digits = parts[1].compactMap(\.hexDigitValue)
    guard digits.count == parts[1].count, digits.count.isMultiple(of: 2),
      (16...32).contains(digits.count)
    else { return nil }
    cipherName = String(parts[0])
    initialValue = SecretBytes(
      stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
  }

  /// Decrypts with each reading of the password.
  func decrypt(
    _ cipherText: SecretBytes, _ decryption: Decryption, accept: (SecretBytes) -> Bool
  ) -> Decryption.Outcome {
    defer { LibraryErrors.discard() }
    // Single DES and its like are in the legacy provider only, which is loaded if need be.
    let legacy: LegacyLibrary?
    var cipher = unsafe EVP_CIPHER_fetch(nil, cipherName, nil)
    if unsafe cipher == nil {
      legacy = LegacyLibrary()
      unsafe cipher = legacy.flatMap { unsafe EVP_CIPHER_fetch($0.context, cipherName, nil) }
    } else {
      legacy = nil
    }
    guard let cipher = unsafe cipher else { return .unsupported(cipherName) }
    defer {
      unsafe EVP_CIPHER_free(cipher)
      withExtendedLifetime(legacy) {}
    }
    // Others exist, and nothing ever wrote a key with them.
    guard unsafe EVP_CIPHER_get_mode(cipher) == EVP_CIPH_CBC_MODE else {
      return .unsupported(cipherName)
    }
    guard unsafe Int(EVP_CIPHER_get_iv_length(cipher)) == initialValue.count else {
      return .unsupported("that is damaged")
    }
    for case let password? in decryption.passwords.candidates {
      if let plain = unsafe decrypt(cipherText, password, cipher), accept(plain) {
        return .plain(plain)
      }
    }
    return .wrongPassword
  }

  private func decrypt(
    _ cipherText: SecretBytes, _ password: SecretBytes, _ cipher: OpaquePointer
  ) -> SecretBytes? {
    let key = SecretBytes(size: Int(EVP_MAX_KEY_LENGTH))
    let derived = unsafe key.lend { output, _ in
      unsafe password.lend { letters, count in
        // The first eight octets of the initial value are the salt.
        unsafe initialValue.lend { salt, _ in
          unsafe EVP_BytesToKey(
            cipher, EVP_md5(), salt, letters, Int32(count), 1, output, nil)
        }
      }
    }
    guard derived > 0, let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    let plain = SecretBytes(size: cipherText.count + Int(EVP_MAX_BLOCK_LENGTH))
    var (length, rest): (Int32, Int32) = (0, 0)
    let result = unsafe plain.lend { output, _ in
      unsafe cipherText.lend { input, count in
        unsafe key.lend { keyStart, _ in
          unsafe initialValue.lend { value, _ in
            unsafe EVP_DecryptInit_ex(context, cipher, nil, keyStart, value) == 1
              && EVP_DecryptUpdate(context, output, &length, input, Int32(count)) == 1
              && EVP_DecryptFinal_ex(context, output.map { unsafe $0 + Int(length) }, &rest) == 1
          }
        }
      }
    }
    return result ? plain.part(0..<Int(length + rest)) : nil
  }
}
