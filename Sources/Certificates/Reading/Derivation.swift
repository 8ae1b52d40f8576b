/// What making a key from a password costs, read from the file before anything is derived.
///
/// The file names the number of rounds, and a hostile one names 2^31.
struct Derivation: Equatable {
  /// The cost in rounds of PBKDF2 with SHA-256.
  var rounds: Int
  /// Whether OpenSSL has the algorithm in its legacy provider only (OSSL_PROVIDER-legacy(7)).
  var isLegacy: Bool

  private init(rounds: Int, isLegacy: Bool) {
    self.rounds = rounds
    self.isLegacy = isLegacy
  }

  /// Reads an AlgorithmIdentifier.
  ///
  /// Throws the name of what is not known.
  init(_ algorithm: BERElement, _ bytes: SecretBytes) throws(UnknownAlgorithm) {
    let parts = algorithm.children(bytes) ?? []
    guard parts.count == 2, let parameters = parts[1].children(bytes) else {
      throw UnknownAlgorithm(parts.first?.dotted(bytes))
    }
    let type = parts[0]
    if type.isObject(ObjectIdentifier.pbes2, bytes) {
      self = try Self.modern(parameters, bytes)
      return
    }
    guard parameters.count == 2, parameters[0].tag == BERElement.octetString,
      let count = parameters[1].number(bytes)
    else { throw UnknownAlgorithm(type.dotted(bytes)) }
    if let step = type.step(below: ObjectIdentifier.pkcs12Encryption, bytes), (1...6) ~= step {
      // Three blocks of SHA-1 for key and initial value cost as much as one of HMAC-SHA-256.
      // Triple DES (3, 4) is still in the default provider.
      self.init(rounds: count, isLegacy: step != 3 && step != 4)
    } else if let step = type.step(below: ObjectIdentifier.pkcs5, bytes), (1...11) ~= step {
      self.init(rounds: count, isLegacy: true)
    } else {
      throw UnknownAlgorithm(type.dotted(bytes))
    }
  }

  /// RFC 8018 appendix A.4.
  private static func modern(
    _ parameters: [BERElement], _ bytes: SecretBytes
  ) throws(UnknownAlgorithm) -> Derivation {
    guard parameters.count == 2, let function = parameters[0].children(bytes),
      function.count == 2, let cipher = parameters[1].children(bytes)?.first
    else { throw UnknownAlgorithm("PBES2") }
    return Derivation(
      rounds: try Self.rounds(function, bytes),
      isLegacy: cipher.isObject(ObjectIdentifier.rc2, bytes)
        || cipher.isObject(ObjectIdentifier.des, bytes))
  }

  /// The cost of PBKDF2 or scrypt, whose identifier and parameters these are.
  static func rounds(
    _ function: [BERElement], _ bytes: SecretBytes
  ) throws(UnknownAlgorithm) -> Int {
    let parameters = function.count == 2 ? function[1].children(bytes) ?? [] : []
    if function.first?.isObject(ObjectIdentifier.pbkdf2, bytes) == true {
      guard parameters.count >= 2, let count = parameters[1].number(bytes) else {
        throw UnknownAlgorithm("PBKDF2")
      }
      // A key longer than the digest takes its rounds twice; without a name it is SHA-1's.
      let digest = parameters.last?.children(bytes)?.first
      let step = digest?.step(below: ObjectIdentifier.digests, bytes) ?? 7
      return product(count, step <= 8 ? 2 : 1)
    }
    if function.first?.isObject(ObjectIdentifier.scrypt, bytes) == true {
      let numbers = parameters.dropFirst().map { $0.number(bytes) ?? Int.max }
      guard numbers.count >= 3 else { throw UnknownAlgorithm("scrypt") }
      return product(product(numbers[0], numbers[1]), numbers[2])
    }
    throw UnknownAlgorithm(function.first?.dotted(bytes))
  }

  /// A product that ends at the largest number.
  static func product(_ left: Int, _ right: Int) -> Int {
    let (value, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow || value < 0 ? Int.max : value
  }
}

/// An encryption that is not known here.
struct UnknownAlgorithm: Error, Equatable {
  /// Its name or its number in dotted form.
  var name: String

  init(_ name: String?) { self.name = name ?? "without a name" }
}
