/// What a piece of DER is, by its form alone; what is in it may still be wrong.
enum DERKind: Equatable {
  case certificate
  case request
  case revocationList
  /// PKCS#8 (RFC 5958).
  case privateKey
  case encryptedPrivateKey
  /// PKCS#1 (RFC 8017 appendix A.1.2).
  case rsaPrivateKey
  /// SEC 1 (RFC 5915).
  case ecPrivateKey
  case dsaPrivateKey
  case publicKey
  /// CMS and PKCS#7 with their certificates in the open (RFC 5652 §5).
  case signedData
  /// Any other content of CMS: encrypted or compressed.
  case otherMessage
  /// PKCS#12 (RFC 7292).
  case personalStore
  case ocspResponse
  case unknown

  /// Looks at an element.
  init(_ element: BERElement, _ bytes: SecretBytes) {
    self = Self.kind(element, bytes)
  }

  private static func kind(_ element: BERElement, _ bytes: SecretBytes) -> DERKind {
    guard element.tag == BERElement.sequence, let parts = element.children(bytes),
      let first = parts.first
    else { return .unknown }
    let tags = parts.map(\.tag)
    switch first.tag {
    case BERElement.objectIdentifier where tags.dropFirst().first == BERElement.context(0):
      if first.isObject(ObjectIdentifier.signedData, bytes) { return .signedData }
      return first.isIn(ObjectIdentifier.pkcs7, bytes) ? .otherMessage : .unknown
    case BERElement.enumerated: return .ocspResponse
    case BERElement.integer: return numbered(parts, tags, bytes)
    case BERElement.sequence: break
    default: return .unknown
    }
    if tags == [BERElement.sequence, BERElement.octetString] { return .encryptedPrivateKey }
    if tags == [BERElement.sequence, BERElement.bitString] { return .publicKey }
    guard tags == [BERElement.sequence, BERElement.sequence, BERElement.bitString] else {
      return .unknown
    }
    return signed(first, bytes)
  }

  /// What begins with a version.
  private static func numbered(
    _ parts: [BERElement], _ tags: [UInt8], _ bytes: SecretBytes
  ) -> DERKind {
    if tags.allSatisfy({ $0 == BERElement.integer }) {
      return switch tags.count {
      case 2: .publicKey
      case 6: .dsaPrivateKey
      case 9...: .rsaPrivateKey
      default: .unknown
      }
    }
    // RSA with more than two primes ends with a SEQUENCE of the others, all numbers before it.
    if tags.count == 10, tags.last == BERElement.sequence,
      tags.dropLast().allSatisfy({ $0 == BERElement.integer })
    {
      return .rsaPrivateKey
    }
    guard tags.count >= 2 else { return .unknown }
    if tags[1] == BERElement.octetString { return .ecPrivateKey }
    guard tags[1] == BERElement.sequence else { return .unknown }
    if tags.count >= 3, tags[2] == BERElement.octetString { return .privateKey }
    let type = parts[1].children(bytes)?.first
    return type?.isIn(ObjectIdentifier.pkcs7, bytes) == true ? .personalStore : .unknown
  }

  /// What is signed: a certificate, a request or a list, told by what is signed.
  private static func signed(_ content: BERElement, _ bytes: SecretBytes) -> DERKind {
    guard let parts = content.children(bytes) else { return .unknown }
    let tags = parts.map(\.tag)
    let times = [BERElement.utcTime, BERElement.generalizedTime]
    if tags.first == BERElement.context(0) { return .certificate }
    // A list has a time where others have a structure (RFC 5280 §5.1).
    if tags.prefix(4).contains(where: times.contains) { return .revocationList }
    if tags.first == BERElement.integer {
      // A certificate of version 1 says no version: serial number, five structures.
      return tags.count >= 6 ? .certificate : .request
    }
    return .unknown
  }
}

/// Object identifiers, encoded.
enum ObjectIdentifier {
  /// 1.2.840.113549.1.7.
  static let pkcs7: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07]
  /// 1.2.840.113549.1.7.1.
  static let data = pkcs7 + [1]
  /// 1.2.840.113549.1.7.2.
  static let signedData = pkcs7 + [2]
  /// 1.2.840.113549.1.7.6.
  static let encryptedData = pkcs7 + [6]
  /// 1.2.840.113549.1.9.22.1.
  static let x509Certificate: [UInt8] = [
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01,
  ]
  /// 1.2.840.113549.1.12.10.1, below which the kinds of bags are (RFC 7292 §4.2).
  static let bags: [UInt8] = [
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01,
  ]
  /// 1.2.840.113549.1.12.1, below which PKCS#12's own encryptions are (RFC 7292 appendix C).
  static let pkcs12Encryption: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01]
  /// 1.2.840.113549.1.5, below which those of PKCS#5 are (RFC 8018).
  static let pkcs5: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05]
  /// 1.2.840.113549.1.5.12.
  static let pbkdf2 = pkcs5 + [12]
  /// 1.2.840.113549.1.5.13.
  static let pbes2 = pkcs5 + [13]
  /// 1.2.840.113549.1.5.14 (RFC 9579).
  static let pbmac1 = pkcs5 + [14]
  /// 1.3.6.1.4.1.11591.4.11 (RFC 7914 §7).
  static let scrypt: [UInt8] = [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b]
  /// 1.2.840.113549.2, below which HMACs and digests are.
  static let digests: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02]
  /// 1.2.840.113549.3.2, RC2 in CBC mode.
  static let rc2: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x02]
  /// 1.3.14.3.2.7, DES in CBC mode.
  static let des: [UInt8] = [0x2b, 0x0e, 0x03, 0x02, 0x07]
  /// 1.2.840.113549.1.1.1, RSA.
  static let rsa: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]
  /// 1.2.840.113549.1.1.10, RSA-PSS.
  static let rsaPSS: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a]
  /// 1.2.840.10045.2.1, elliptic curves.
  static let ellipticCurve: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]
  /// 1.3.101.112.
  static let ed25519: [UInt8] = [0x2b, 0x65, 0x70]
  /// 1.3.101.113.
  static let ed448: [UInt8] = [0x2b, 0x65, 0x71]
}

extension BERElement {
  /// Whether it is an OBJECT IDENTIFIER one step below another.
  func isIn(_ parent: [UInt8], _ bytes: SecretBytes) -> Bool {
    tag == Self.objectIdentifier && content.count == parent.count + 1
      && bytes.matches(parent, at: content.lowerBound)
  }

  /// The last octet of an identifier one step below `parent`; nil if it is none.
  func step(below parent: [UInt8], _ bytes: SecretBytes) -> UInt8? {
    isIn(parent, bytes) ? bytes[content.upperBound - 1] : nil
  }
}
