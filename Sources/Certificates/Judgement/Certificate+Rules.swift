internal import COpenSSL

/// Rules of RFC 5280 that the library does not hold a certificate to, or not under a name of its
/// own; each is looked at for itself, so that all of them are said.
extension Certificate {
  /// A rule that is broken.
  struct Breach {
    var code: String
    /// What is wrong, in a few words.
    var why: String
  }

  /// What is wrong with it in its place; a server's certificate has more to keep than a CA's.
  ///
  /// Looked at once: a CA may stand in many paths.
  func breaches(isLeaf: Bool) -> [Breach] {
    if let known = knownBreaches[isLeaf] { return known }
    let found = look(isLeaf: isLeaf)
    knownBreaches[isLeaf] = found
    return found
  }

  private func look(isLeaf: Bool) -> [Breach] {
    var found: [Breach] = []
    // What a store of roots ships is trusted as it is (RFC 5280 §6.1.1 (d)).
    let isTrustedAsIs = origin == .shipped
    if !isTrustedAsIs { found += formBreaches }
    if isLeaf {
      found += nameBreaches
      // The library has no usage of what it cannot read.
      if !found.contains(where: { $0.code == "damaged" }) { found += usageBreaches }
    } else if !isTrustedAsIs {
      found += constraintBreaches
    }
    if let reason = key.map({ $0.weakness(isLeaf: isLeaf) }) ?? "it cannot be read",
      !isTrustedAsIs
    {
      found.append(Breach(code: "weak-key", why: reason))
    }
    return found
  }

  /// Version, number and extensions as such.
  private var formBreaches: [Breach] {
    var found: [Breach] = []
    // Written as one less (RFC 5280 §4.1.2.1).
    if unsafe X509_get_version(object.raw) > 2 {
      found.append(Breach(code: "chain-invalid", why: "its version is none of 1 to 3"))
    }
    // Zero and negative ones are to be taken (RFC 5280 §4.1.2.2).
    if let number = unsafe X509_get0_serialNumber(object.raw),
      unsafe ASN1_STRING_length(number) > Int32(CertificateLimits.serialBytes)
    {
      found.append(
        Breach(
          code: "chain-invalid",
          why: "its serial number is longer than \(CertificateLimits.serialBytes) bytes"))
    }
    let ownIssue = unsafe X509_check_issued(object.raw, object.raw)
    let isOfOther =
      ownIssue == X509_V_ERR_AKID_SKID_MISMATCH
      || ownIssue == X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH
    if isOfOther && isSignedByItself {
      found.append(
        Breach(
          code: "chain-invalid", why: "its authority key identifier is not that of its own key"))
    }
    if hasRepeatedExtension {
      found.append(Breach(code: "damaged", why: "an extension is there twice"))
    } else if unsafe X509_get_extension_flags(object.raw) & UInt32(EXFLAG_INVALID) != 0 {
      found.append(Breach(code: "damaged", why: "an extension cannot be read"))
    }
    return found
  }

  /// What a TLS server's certificate has to be good for.
  private var usageBreaches: [Breach] {
    // Every handshake of TLS 1.3 is signed, and of TLS 1.2 as clients ask for it today; without
    // the extension there is no limit, and all bits are set (X509_get_key_usage(3)).
    if unsafe X509_get_key_usage(object.raw) & UInt32(KU_DIGITAL_SIGNATURE) == 0 {
      return [Breach(code: "not-for-servers", why: "its key usage lacks digitalSignature")]
    }
    if unsafe X509_get_extended_key_usage(object.raw) & UInt32(XKU_SSL_SERVER) == 0 {
      // The library still takes Netscape's server gated cryptography for it.
      return [Breach(code: "not-for-servers", why: "its extended key usage lacks serverAuth")]
    }
    return []
  }

  /// What a server's certificate may name.
  private var nameBreaches: [Breach] {
    var found: [Breach] = []
    if constraintCount > 0 || hasExtension(NID_name_constraints) {
      found.append(
        Breach(code: "chain-invalid", why: "it has name constraints, which only a CA may have"))
    }
    if hasUnsoundName {
      found.append(
        Breach(code: "damaged", why: "one of its alternative names is no name or address"))
    }
    return found
  }

  /// Name constraints that say nothing, or not what anybody can tell (RFC 5280 §4.2.1.10).
  private var constraintBreaches: [Breach] {
    guard hasExtension(NID_name_constraints) else { return [] }
    if constraintCount == 0 {
      return [Breach(code: "chain-invalid", why: "its name constraints are empty")]
    }
    if hasUnsoundMask {
      return [
        Breach(code: "name-constraint", why: "a network of its name constraints has no valid mask")
      ]
    }
    return []
  }

  private func hasExtension(_ identifier: Int32) -> Bool {
    unsafe X509_get_ext_by_NID(object.raw, identifier, -1) >= 0
  }

  /// Whether a DNS name is not of letters, or an address of no such length (RFC 5280 §4.2.1.6).
  private var hasUnsoundName: Bool {
    let found = unsafe X509_get_ext_d2i(object.raw, NID_subject_alt_name, nil, nil)
    defer { LibraryErrors.discard() }
    guard let stack = unsafe found.map({ OpaquePointer($0) }) else { return false }
    defer { unsafe GENERAL_NAMES_free(stack) }
    for index in 0..<max(0, unsafe OPENSSL_sk_num(stack)) {
      guard let entry = unsafe OPENSSL_sk_value(stack, index) else { continue }
      let name = unsafe entry.assumingMemoryBound(to: GENERAL_NAME.self)
      var kind: Int32 = 0
      guard let value = unsafe GENERAL_NAME_get0_value(name, &kind),
        kind == GEN_DNS || kind == GEN_IPADD
      else { continue }
      let bytes = unsafe Self.bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
      let isSound =
        kind == GEN_DNS
        ? !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7e).contains($0) }
        : Address(bytes) != nil
      if !isSound { return true }
    }
    return false
  }

  /// Whether a network is not written as address and mask, as RFC 4632 has them.
  private var hasUnsoundMask: Bool {
    guard let found = unsafe X509_get_ext_d2i(object.raw, NID_name_constraints, nil, nil) else {
      return false
    }
    let constraints = unsafe found.assumingMemoryBound(to: NAME_CONSTRAINTS.self)
    defer { unsafe NAME_CONSTRAINTS_free(constraints) }
    return unsafe Self.hasUnsoundMask(constraints.pointee.permittedSubtrees)
      || Self.hasUnsoundMask(constraints.pointee.excludedSubtrees)
  }

  private static func hasUnsoundMask(_ subtrees: OpaquePointer?) -> Bool {
    for index in 0..<max(0, unsafe OPENSSL_sk_num(subtrees)) {
      guard let entry = unsafe OPENSSL_sk_value(subtrees, index) else { continue }
      let subtree = unsafe entry.assumingMemoryBound(to: GENERAL_SUBTREE.self)
      var kind: Int32 = 0
      guard let value = unsafe GENERAL_NAME_get0_value(subtree.pointee.base, &kind),
        kind == GEN_IPADD
      else { continue }
      let bytes = unsafe bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
      guard bytes.count == 8 || bytes.count == 32 else { return true }
      let mask = bytes.suffix(bytes.count / 2).flatMap { byte in
        (0..<8).reversed().map { byte >> $0 & 1 }
      }
      if mask.drop(while: { $0 == 1 }).contains(1) { return true }
    }
    return false
  }

  private static func bytes(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
    guard let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
    return unsafe Array(
      UnsafeBufferPointer(start: start, count: max(0, Int(ASN1_STRING_length(string)))))
  }
}
