internal import COpenSSL

/// Takes encryption by password off, within a bound for all of one reading.
struct Decryption {
  /// What came of it.
  enum Outcome {
    case plain(SecretBytes)
    case wrongPassword
    /// More rounds than are left; how many were asked for.
    case tooManyRounds(Int)
    /// The name of an encryption that is not known here or not in this OpenSSL.
    case unsupported(String)
  }

  /// The readings of the password.
  let passwords: Passwords
  /// Rounds that may still be spent.
  private(set) var roundsLeft = CertificateLimits.derivationRounds
  private var legacy: LegacyLibrary?

  init(_ passwords: Passwords) { self.passwords = passwords }

  /// Takes rounds from what is left; false if there are too few.
  mutating func spend(_ rounds: Int) -> Bool {
    guard rounds <= roundsLeft else { return false }
    roundsLeft -= rounds
    return true
  }

  /// Decrypts what an AlgorithmIdentifier of PKCS#5 or PKCS#12 was applied to.
  ///
  /// A wrong password gives, once in 256 times, octets that are nothing: `accept` looks at them.
  /// `first` is the place of a reading that has proved itself already.
  mutating func decrypt(
    _ cipherText: SecretBytes, with algorithm: BERElement, of bytes: SecretBytes,
    first: Int? = nil, accept: (SecretBytes) -> Bool
  ) -> Outcome {
    let derivation: Derivation
    do throws(UnknownAlgorithm) {
      derivation = try Derivation(algorithm, bytes)
    } catch {
      return .unsupported(error.name)
    }
    if derivation.isLegacy, legacy == nil {
      legacy = LegacyLibrary()
      if legacy == nil { return .unsupported("RC2, RC4 or DES, without OpenSSL's legacy provider") }
    }
    let parsed = unsafe bytes.lend(algorithm.whole) { start, count in
      var position = unsafe UnsafePointer(start)
      return unsafe d2i_X509_ALGOR(nil, &position, count)
    }
    defer {
      unsafe X509_ALGOR_free(parsed)
      LibraryErrors.discard()
    }
    guard unsafe parsed != nil else { return .unsupported("that is damaged") }
    let order =
      passwords.candidates.indices.filter { $0 == first }
      + passwords.candidates.indices.filter { $0 != first }
    for index in order {
      guard spend(derivation.rounds) else { return .tooManyRounds(derivation.rounds) }
      let plain = unsafe crypt(
        parsed, passwords.candidates[index], cipherText,
        derivation.isLegacy ? legacy?.context : nil)
      if let plain, accept(plain) { return .plain(plain) }
    }
    return .wrongPassword
  }

  /// One attempt (PKCS12_pbe_crypt_ex(3)).
  private func crypt(
    _ algorithm: UnsafeMutablePointer<X509_ALGOR>?, _ password: SecretBytes?,
    _ cipherText: SecretBytes, _ context: OpaquePointer?
  ) -> SecretBytes? {
    var plain: UnsafeMutablePointer<UInt8>?
    var length: Int32 = 0
    let result = unsafe cipherText.lend { input, inputCount in
      unsafe withPassword(password) { letters, letterCount in
        unsafe PKCS12_pbe_crypt_ex(
          algorithm, letters, Int32(letterCount), input, Int32(inputCount), &plain, &length, 0,
          context, nil)
      }
    }
    guard unsafe result != nil else { return nil }
    defer { unsafe CRYPTO_clear_free(plain, max(0, Int(length)), #file, #line) }
    return unsafe SecretBytes(copying: plain, count: Int(length))
  }
}

/// Lends a password to C, which has it as `char`; nil becomes a null pointer.
func withPassword<Result>(
  _ password: SecretBytes?, _ body: (UnsafePointer<CChar>?, Int) -> Result
) -> Result {
  guard let password else { return body(nil, 0) }
  return unsafe password.lend { start, count in
    guard let start = UnsafeRawPointer(start) else { return body(nil, 0) }
    return unsafe body(start.assumingMemoryBound(to: CChar.self), count)
  }
}

/// A library context of its own in which RC2, RC4, DES and their like are still there, so that
/// nothing else of this process can come to use them (OSSL_LIB_CTX(3), OSSL_PROVIDER-legacy(7)).
@safe
final class LegacyLibrary {
  let context: OpaquePointer
  private let providers: [OpaquePointer]

  /// Nil where the provider is not installed.
  init?() {
    guard let context = unsafe OSSL_LIB_CTX_new() else { return nil }
    let names = ["legacy", "default"]
    let providers = unsafe names.compactMap { name in
      unsafe OSSL_PROVIDER_load(context, name)
    }
    guard unsafe providers.count == 2 else {
      unsafe providers.forEach { unsafe OSSL_PROVIDER_unload($0) }
      unsafe OSSL_LIB_CTX_free(context)
      LibraryErrors.discard()
      return nil
    }
    unsafe self.context = context
    unsafe self.providers = providers
  }

  deinit {
    unsafe providers.forEach { unsafe OSSL_PROVIDER_unload($0) }
    unsafe OSSL_LIB_CTX_free(context)
  }
}
