internal import COpenSSL
internal import Glibc

extension CertificateDetails {
  /// Reads the details of an X509 object, which may come from anybody.
  init(of certificate: borrowing Owned) throws(CertificateError) {
    LibraryErrors.discard()
    let selfSigned = unsafe X509_self_signed(certificate.raw, 1) == 1
    LibraryErrors.discard()
    self.init(
      sha256: try Self.digest(certificate),
      notBefore: try unsafe Self.seconds(X509_get0_notBefore(certificate.raw)),
      notAfter: try unsafe Self.seconds(X509_get0_notAfter(certificate.raw)),
      names: Self.names(certificate),
      subject: try unsafe Self.text(name: X509_get_subject_name(certificate.raw)),
      issuer: try unsafe Self.text(name: X509_get_issuer_name(certificate.raw)),
      isSelfSigned: selfSigned, keyDescription: Self.describeKey(certificate))
  }

  private static func digest(_ certificate: borrowing Owned) throws(CertificateError) -> String {
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    let result = unsafe X509_digest(certificate.raw, EVP_sha256(), &bytes, &length)
    try check(result, "X509_digest")
    return hexadecimal(bytes.prefix(Int(length)))
  }

  private static func seconds(
    _ time: UnsafePointer<ASN1_TIME>?
  ) throws(CertificateError) -> Int {
    var fields = unsafe tm()
    let result = unsafe ASN1_TIME_to_tm(time, &fields)
    try check(result, "ASN1_TIME_to_tm", code: "damaged", "a date that is not one")
    return unsafe timegm(&fields)
  }

  private static func text(name: OpaquePointer?) throws(CertificateError) -> String {
    let bio = try Owned.memory()
    guard unsafe X509_NAME_print_ex(bio.raw, name, 0, supervisord_ec_name_flags()) >= 0 else {
      throw CertificateError(
        library: "a name that cannot be shown", code: "damaged", call: "X509_NAME_print_ex")
    }
    return String(decoding: try PEM.contents(bio), as: UTF8.self)
  }

  private static func describeKey(_ certificate: borrowing Owned) -> String {
    guard let key = unsafe X509_get0_pubkey(certificate.raw) else {
      LibraryErrors.discard()
      return "unknown"
    }
    let bits = unsafe EVP_PKEY_get_bits(key)
    switch unsafe EVP_PKEY_get_base_id(key) {
    case EVP_PKEY_RSA: return "RSA \(bits) bits"
    case EVP_PKEY_EC: return "ECDSA P-\(bits)"
    default:
      guard let name = unsafe EVP_PKEY_get0_type_name(key) else { return "unknown" }
      return unsafe String(cString: name)
    }
  }

  /// The DNS names and addresses; an extension that cannot be read counts as none.
  private static func names(_ certificate: borrowing Owned) -> [String] {
    let found = unsafe X509_get_ext_d2i(certificate.raw, NID_subject_alt_name, nil, nil)
    guard let stack = unsafe found.map({ OpaquePointer($0) }) else {
      LibraryErrors.discard()
      return []
    }
    defer { unsafe GENERAL_NAMES_free(stack) }
    // sk_GENERAL_NAME_num and _value are macros over these two (DEFINE_STACK_OF(3)).
    return (0..<max(0, unsafe OPENSSL_sk_num(stack))).compactMap { index in
      guard let entry = unsafe OPENSSL_sk_value(stack, index) else { return nil }
      return unsafe text(of: entry.assumingMemoryBound(to: GENERAL_NAME.self))
    }
  }

  private static func text(of name: UnsafePointer<GENERAL_NAME>) -> String? {
    var kind: Int32 = 0
    let value = unsafe GENERAL_NAME_get0_value(name, &kind)
    guard kind == GEN_DNS || kind == GEN_IPADD,
      let string = unsafe value?.assumingMemoryBound(to: ASN1_STRING.self),
      let start = unsafe ASN1_STRING_get0_data(string)
    else { return nil }
    let bytes = unsafe Array(
      UnsafeBufferPointer(start: start, count: max(0, Int(ASN1_STRING_length(string)))))
    if kind == GEN_IPADD { return Address(bytes)?.text }
    return escape(bytes)
  }

  /// Text from a stranger's certificate goes to journals and terminals: nothing unprintable stays.
  static func escape(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
      let plain = (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "\\")
      if plain {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "\\x" + hexadecimal([byte])
      }
    }
    return text
  }
}

extension Owned {
  /// Whether this certificate's public key is that of a private key.
  func belongs(to key: borrowing Owned) -> Bool {
    let result = unsafe X509_check_private_key(raw, key.raw)
    LibraryErrors.discard()
    return result == 1
  }
}

/// Two lower-case digits for each byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".unicodeScalars)
  var text = ""
  for byte in bytes {
    text.unicodeScalars.append(digits[Int(byte >> 4)])
    text.unicodeScalars.append(digits[Int(byte & 15)])
  }
  return text
}
