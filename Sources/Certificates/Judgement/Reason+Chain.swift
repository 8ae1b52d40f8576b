internal import COpenSSL

/// The reasons about the chain: what is wrong with which certificate, and what to do next.
extension Reason {
  static func chainIncomplete(_ last: Certificate) -> Reason {
    if last.isSelfIssued {
      return Reason(
        "chain-incomplete", file: last.file, found: last.subject,
        expected: "a root that is trusted",
        text:
          "the chain ends in \"\(last.subject)\", a root that is not trusted here: if it is your"
          + " private CA's, give it with \"--trust FILE\"")
    }
    let place = last.issuerAddress.map { " (it is at \($0))" } ?? ""
    return Reason(
      "chain-incomplete", file: last.file, found: last.subject, expected: last.issuer,
      text:
        "the certificate of \"\(last.issuer)\", which issued \"\(last.subject)\", is missing: get"
        + " it from the CA\(place) and add it to the file of \"--chain FILE\"; if it is a private"
        + " CA's root, give it with \"--trust FILE\"")
  }

  static func extraCertificate(_ extra: Certificate) -> Reason {
    Reason(
      "extra-certificate", weight: .remark, file: extra.file, found: extra.subject,
      text: "\"\(extra.subject)\" does not belong to this chain and is left out")
  }

  static func tooManyPaths(_ leaf: Certificate?) -> Reason {
    Reason(
      "too-large", file: leaf?.file,
      text: "not every way from it to a root was tried, there are too many: give only the"
        + " intermediates that belong to this certificate")
  }

  /// The reason for one fault of a path.
  static func of(_ fault: Judge.Fault, _ members: [Certificate], at now: Int) -> Reason {
    let member = members[fault.depth]
    let name = "\"\(member.subject)\""
    let which = fault.depth == 0 ? name : "the CA's certificate \(name)"
    let (found, expected, text) = words(fault, member, which, at: now)
    return Reason(
      fault.code, file: member.file, found: found, expected: expected, text: text)
  }

  private static func words(
    _ fault: Judge.Fault, _ member: Certificate, _ which: String, at now: Int
  ) -> (found: String?, expected: String?, text: String) {
    let renewed =
      fault.depth == 0
      ? "ask the CA for a new one" : "get the CA's present one and give it with \"--chain FILE\""
    switch fault.code {
    case "expired":
      let end = moment(member.notAfter)
      return (end, "after \(moment(now))", "\(which) ended \(end): \(renewed)")
    case "not-yet-valid":
      let start = moment(member.notBefore)
      return (
        start, "before \(moment(now))",
        "\(which) is valid only from \(start): look at this host's clock with \"timedatectl\", or"
          + " wait until then"
      )
    case "weak-key":
      var key = member.key?.text ?? "unknown"
      if fault.error == X509_V_ERR_EC_KEY_EXPLICIT_PARAMS { key += " on an unnamed curve" }
      if let why = fault.why { key += ": \(why)" }
      return (
        key, "RSA of 2048 bits or more, or ECDSA on P-256 or P-384",
        "\(which) has a key that clients do not take (\(key)): "
          + (fault.depth == 0
            ? "make a new request with \"supervisord-ec certificate request NAME\""
            : "ask the CA for a certificate of a stronger CA of its own")
      )
    case "weak-signature":
      return (
        member.signatureName, "SHA-256 or stronger",
        "\(which) is signed with \(member.signatureName), which can be forged: \(renewed)"
      )
    case "not-for-servers":
      return (
        fault.why, "serverAuth",
        "\(which) is issued for another use than TLS servers"
          + (fault.why.map { " (\($0))" } ?? "")
          + ": ask the CA for a server certificate (key usage digitalSignature, extended key usage"
          + " serverAuth)"
      )
    case "unknown-critical-extension":
      let names = member.unknownCriticalExtensions.prefix(5).joined(separator: ", ")
      return (
        names, nil,
        "\(which) has a critical extension that clients do not know (\(names)), so that they refuse"
          + " it: ask the CA for one without"
      )
    default: return chainWords(fault, member, which, renewed)
    }
  }

  private static func chainWords(
    _ fault: Judge.Fault, _ member: Certificate, _ which: String, _ renewed: String
  ) -> (found: String?, expected: String?, text: String) {
    let library = fault.why ?? fault.error.map(VerifyErrors.words) ?? ""
    let why = library.isEmpty ? "" : " (\(library))"
    switch fault.code {
    case "not-a-ca":
      return (
        member.subject, "a CA",
        "\(which) issued another and is not allowed to\(why): get the right intermediate from the"
          + " CA and give it with \"--chain FILE\""
      )
    case "path-length":
      return (
        nil, nil,
        "there are more CAs below \(which) than it allows\(why): ask the CA for a certificate from"
          + " a CA that may issue it"
      )
    case "name-constraint":
      return (
        library, nil,
        "a CA above \(which) may not issue for these names\(why): ask the CA for a certificate"
          + " within its names"
      )
    case "damaged":
      return (
        library.isEmpty ? nil : library, nil,
        "\(which) breaks the rules of its format\(why): \(renewed)"
      )
    case "too-large":
      return (
        nil, nil,
        "the chain of \(which) has too many names and constraints of names: ask the CA for one with"
          + " fewer"
      )
    default:
      return (
        library, nil,
        "\(which) is not as RFC 5280 wants it\(why), and strict clients refuse the chain:"
          + " \(renewed)"
      )
    }
  }
}

extension Certificate {
  /// The signature's algorithm, as `RSA-SHA1`.
  var signatureName: String {
    let identifier = unsafe X509_get_signature_nid(object.raw)
    guard let name = unsafe OBJ_nid2sn(identifier) else { return "an unknown algorithm" }
    return unsafe String(cString: name)
  }

  /// Where it says that its issuer's certificate can be fetched (RFC 5280 §4.2.2.1).
  var issuerAddress: String? {
    let found = unsafe X509_get_ext_d2i(object.raw, NID_info_access, nil, nil)
    defer { LibraryErrors.discard() }
    guard let stack = unsafe found.map({ OpaquePointer($0) }) else { return nil }
    defer { unsafe AUTHORITY_INFO_ACCESS_free(stack) }
    for index in 0..<max(0, unsafe OPENSSL_sk_num(stack)) {
      guard let entry = unsafe OPENSSL_sk_value(stack, index) else { continue }
      let access = unsafe entry.assumingMemoryBound(to: ACCESS_DESCRIPTION.self).pointee
      var kind: Int32 = 0
      guard unsafe OBJ_obj2nid(access.method) == NID_ad_ca_issuers,
        let value = unsafe GENERAL_NAME_get0_value(access.location, &kind), kind == GEN_URI
      else { continue }
      let string = unsafe value.assumingMemoryBound(to: ASN1_STRING.self)
      guard let start = unsafe ASN1_STRING_get0_data(string) else { continue }
      let bytes = unsafe UnsafeBufferPointer(
        start: start, count: max(0, Int(ASN1_STRING_length(string))))
      return CertificateDetails.escape(
        unsafe Array(bytes.prefix(CertificateLimits.shownNameCharacters)))
    }
    return nil
  }
}
