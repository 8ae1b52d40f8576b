/// What an administrator handed over, read and sorted, and not judged yet.
///
/// Values only: DER octets, so that no handle of OpenSSL leaves this module.
public struct CertificateMaterial: Equatable, Sendable {
  /// One certificate as it was found.
  public struct Found: Equatable, Sendable {
    /// The certificate (X.509, DER).
    public var der: [UInt8]
    /// The input it came from, as the administrator named it.
    public var file: String

    /// Makes a found certificate.
    public init(der: [UInt8], file: String) {
      self.der = der
      self.file = file
    }
  }

  /// One private key as it was found.
  public struct FoundKey: Equatable, Sendable {
    /// The key, unencrypted (PKCS#8, DER); whoever holds it wipes it.
    public var pkcs8: [UInt8]
    /// The public half (SubjectPublicKeyInfo, DER), which pairs it with a certificate.
    public var publicKey: [UInt8]
    /// The input it came from.
    public var file: String

    /// Makes a found key.
    public init(pkcs8: [UInt8], publicKey: [UInt8], file: String) {
      self.pkcs8 = pkcs8
      self.publicKey = publicKey
      self.file = file
    }
  }

  /// Every certificate, in the order of the inputs, exact duplicates once.
  public var certificates: [Found] = []
  /// Every private key, exact duplicates once.
  public var keys: [FoundKey] = []

  /// Nothing.
  public init() {}

  /// Overwrites the keys.
  public mutating func wipeKeys() {
    for index in keys.indices { wipe(&keys[index].pkcs8) }
    keys = []
  }
}

/// The bytes of one input.
public struct MaterialInput: Sendable {
  /// The octets, at most `CertificateLimits` allows; the caller reads the file and bounds it.
  public var bytes: [UInt8]
  /// The file as the administrator named it, for texts.
  public var file: String

  /// Makes an input.
  public init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }
}

/// What reading gave: the material, and each reason why something could not be read.
public struct ReadingResult: Equatable, Sendable {
  /// What could be read.
  public var material = CertificateMaterial()
  /// What could not, and remarks; empty if all is well.
  public var reasons: [Reason] = []

  /// Nothing read.
  public init() {}
}
