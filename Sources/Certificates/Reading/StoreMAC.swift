internal import COpenSSL

/// The MAC of a PKCS#12 store (RFC 7292 §4, RFC 9579), by which a password proves itself.
struct StoreMAC {
  /// What came of it.
  enum Outcome: Equatable {
    /// The place of the reading of the password that is right.
    case proved(Int)
    case wrongPassword
    case tooManyRounds(Int)
    case unsupported(String)
    case damaged
  }

  private let digest: SecretBytes
  private let salt: SecretBytes
  private let rounds: Int
  private let name: String
  /// Octets of the key in RFC 9579, and the digest of its PBKDF2; nil: RFC 7292.
  private var modern: (keyLength: Int, function: String)?

  /// Reads MacData; nil if it is damaged.
  init?(_ element: BERElement, _ bytes: SecretBytes) {
    guard let parts = element.children(bytes), (2...3).contains(parts.count),
      let info = parts[0].children(bytes), info.count == 2,
      let algorithm = info[0].children(bytes), let type = algorithm.first,
      let name = type.dotted(bytes), let digest = info[1].octets(bytes),
      let salt = parts[1].octets(bytes)
    else { return nil }
    self.digest = digest
    if type.isObject(ObjectIdentifier.pbmac1, bytes) {
      guard algorithm.count == 2, let parameters = algorithm[1].children(bytes),
        parameters.count == 2, let function = parameters[0].children(bytes),
        function.count == 2, function[0].isObject(ObjectIdentifier.pbkdf2, bytes),
        let values = function[1].children(bytes), (3...4).contains(values.count),
        let salt = values[0].octets(bytes), let rounds = values[1].number(bytes),
        let length = values[2].number(bytes), (16...64).contains(length),
        let mac = parameters[1].children(bytes)?.first,
        let digestName = Self.digest(ofHMAC: mac, bytes)
      else { return nil }
      // Without a name it is HMAC-SHA-1 (RFC 8018 appendix A.2).
      let function1 = values.count == 4 ? values[3].children(bytes)?.first : nil
      let functionName = function1.map { Self.digest(ofHMAC: $0, bytes) } ?? "SHA1"
      guard let functionName else { return nil }
      self.salt = salt
      self.rounds = rounds
      self.name = digestName
      modern = (length, functionName)
    } else {
      self.salt = salt
      self.name = name
      guard let rounds = parts.count == 3 ? parts[2].number(bytes) : 1 else { return nil }
      self.rounds = rounds
    }
  }

  /// 1.2.840.113549.2.7 to 11, as names of digests.
  private static func digest(ofHMAC element: BERElement, _ bytes: SecretBytes) -> String? {
    let names: [UInt8: String] = [
      7: "SHA1", 8: "SHA224", 9: "SHA256", 10: "SHA384", 11: "SHA512", 13: "SHA512-256",
    ]
    return element.step(below: ObjectIdentifier.digests, bytes).flatMap { names[$0] }
  }

  /// Finds the reading of the password for which the MAC over `content` is right.
  func check(_ content: SecretBytes, _ decryption: inout Decryption) -> Outcome {
    guard rounds >= 1, salt.count <= CertificateLimits.saltBytes else { return .damaged }
    defer { LibraryErrors.discard() }
    guard let kind = unsafe EVP_MD_fetch(nil, name, nil) else { return .unsupported(name) }
    defer { unsafe EVP_MD_free(kind) }
    guard let function = unsafe EVP_MD_fetch(nil, modern?.function ?? name, nil) else {
      return .unsupported(name)
    }
    defer { unsafe EVP_MD_free(function) }
    let size = Int(unsafe EVP_MD_get_size(kind))
    guard size > 0, size == digest.count else { return .damaged }
    // One block of a bare digest costs less than half of one of its HMAC.
    let cost = modern == nil ? rounds / 2 + 1 : Derivation.product(rounds, 2)
    for (index, password) in decryption.passwords.candidates.enumerated() {
      guard decryption.spend(cost) else { return .tooManyRounds(rounds) }
      let key = unsafe key(password, size: modern?.keyLength ?? size, function)
      guard let key else { continue }
      if unsafe isRight(key, content, kind) { return .proved(index) }
    }
    return .wrongPassword
  }

  private func key(
    _ password: SecretBytes?, size: Int, _ function: OpaquePointer
  ) -> SecretBytes? {
    let key = SecretBytes(size: size)
    let result = unsafe withPassword(password) { letters, letterCount in
      unsafe salt.lend { saltStart, saltCount in
        unsafe key.lend { output, _ in
          if modern == nil {
            unsafe PKCS12_key_gen_utf8(
              letters, Int32(letterCount), saltStart, Int32(saltCount), PKCS12_MAC_ID,
              Int32(rounds), Int32(size), output, function)
          } else {
            unsafe PKCS5_PBKDF2_HMAC(
              letters, Int32(letterCount), saltStart, Int32(saltCount), Int32(rounds), function,
              Int32(size), output)
          }
        }
      }
    }
    return result == 1 ? key : nil
  }

  private func isRight(_ key: SecretBytes, _ content: SecretBytes, _ kind: OpaquePointer) -> Bool {
    let computed = SecretBytes(size: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    let result = unsafe key.lend { keyStart, keyCount in
      unsafe content.lend { start, count in
        unsafe computed.lend { output, _ in
          unsafe HMAC(kind, keyStart, Int32(keyCount), start, count, output, &length) != nil
        }
      }
    }
    guard result, Int(length) == digest.count else { return false }
    return unsafe computed.lend { one, _ in
      unsafe digest.lend { other, count in unsafe CRYPTO_memcmp(one, other, count) == 0 }
    }
  }
}
