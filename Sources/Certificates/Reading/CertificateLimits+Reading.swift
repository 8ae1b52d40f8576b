/// What is read may come from anybody; together these keep reading below two seconds.
extension CertificateLimits {
  /// Files in one import: certificate, key, and each certificate of a chain in a file of its own.
  static let inputs = 16
  /// Octets of one input; the largest that is of use is a bundle of all public roots, 220 KiB.
  static let inputBytes = 1 << 20
  /// Certificates found: a bundle of all public roots has 150.
  static let foundCertificates = 200
  /// Octets of one certificate: OpenSSL's clients take 100 KiB for a whole chain
  /// (SSL_CTX_set_max_cert_list(3)).
  static let foundCertificateBytes = 100 * 1024
  /// Private keys found: a PKCS#12 store of a Windows host may hold several.
  static let foundKeys = 8
  /// Octets of one private key: RSA with 16384 bits has 9.5 KiB.
  static let keyBytes = 16 * 1024
  /// Bits of an RSA key; OpenSSL verifies with no larger one (OPENSSL_RSA_MAX_MODULUS_BITS).
  static let keyBits = 16_384
  /// Rounds of key derivation in all of one reading, counted as PBKDF2's with SHA-256.
  ///
  /// Three million take a second. GnuTLS and Firefox export with three times 600,000, and each
  /// reading of a password costs them again; OpenSSL and Java with 2,048 to 10,000.
  static let derivationRounds = 3_000_000
  /// Octets of the salt of a MAC, which each round may work through; all programs take 8 to 64.
  static let saltBytes = 1_024
  /// Octets of a password; OpenSSL's own prompt takes 1,024.
  static let passwordBytes = 1_024
  /// Elements of ASN.1 below one other: a container with as many certificates as are taken.
  static let elements = 1_000
  /// Depth of ASN.1 that is walked: a container needs 12.
  static let nesting = 24
  /// Depth of bags in bags (RFC 7292 §4.2.6), which nobody is known to write.
  static let bagNesting = 4
  /// Blocks of PEM in one text.
  static let blocks = 1_000
  /// Characters of a header's name or value in PEM.
  static let headerBytes = 1_024
  /// Reasons that one input gives; the rest is counted.
  static let reasonsOfInput = 20
  /// Characters of a file's name that are shown.
  static let shownFileCharacters = 200
}
