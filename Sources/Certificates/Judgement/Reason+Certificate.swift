/// The reasons about the certificate itself and its key: what is wrong, and what to do next.
extension Reason {
  static var certificateMissing: Reason {
    Reason(
      "certificate-missing", expected: "a certificate",
      text: "no certificate was given: name the file that the CA sent with \"--chain FILE\" or"
        + " \"--pkcs12 FILE\"")
  }

  static func unreadable(file: String) -> Reason {
    Reason(
      "damaged", file: file, expected: "an X.509 certificate",
      text: "a certificate cannot be read: fetch the file from the CA again, in binary mode, and"
        + " look at it with \"openssl x509 -text -in FILE\"")
  }

  static func certificateTooLarge(_ count: Int, file: String) -> Reason {
    let limit = CertificateLimits.certificateBytes
    return Reason(
      "too-large", file: file, found: "\(count) bytes", expected: "at most \(limit) bytes",
      text: "a certificate has \(count) bytes, and clients take no chain of such a size: ask the"
        + " CA for one with fewer names")
  }

  static func tooManyCertificates(_ count: Int, file: String?) -> Reason {
    let limit = CertificateLimits.certificates
    return Reason(
      "too-large", file: file, found: "\(count) certificates", expected: "at most \(limit)",
      text: "there are \(count) certificates, more than \(limit): give only this certificate, the"
        + " intermediates that belong to it and, for a private CA, its root")
  }

  static func selfSigned(_ leaf: Certificate) -> Reason {
    let name = leaf.subject
    return Reason(
      "self-signed", file: leaf.file, found: name, expected: "a certificate that a CA issued",
      text: "\"\(name)\" is signed with its own key, so that no CA stands behind it: make a request"
        + " with \"supervisord-ec certificate request NAME\", have a CA sign that, and check what"
        + " it sends back")
  }

  static func keyMissing(_ leaf: Certificate, weight: Weight) -> Reason {
    Reason(
      "key-missing", weight: weight, file: leaf.file, expected: "a private key",
      text: "there is no private key for \"\(leaf.subject)\": give the file that has it with"
        + " \"--key FILE\"")
  }

  static func keyMismatch(_ leaf: Certificate, file: String?, isOddKey: Bool) -> Reason {
    let name = leaf.subject
    let why =
      isOddKey
      ? "the private key does not fit the public key that is stored with it, which is that of"
        + " \"\(name)\""
      : "the private key is not that of \"\(name)\""
    return Reason(
      "key-mismatch", file: file, found: "another key", expected: "the key of \"\(name)\"",
      text: why
        + ": give with \"--key FILE\" the key that the request was made with, or have the CA"
        + " sign a new request")
  }

  static func extraKey(file: String) -> Reason {
    Reason(
      "extra-key", weight: .remark, file: file,
      text: "another private key is not needed and left out: remove it from the file, so that it is"
        + " not passed around")
  }

  static func nameMismatch(_ leaf: Certificate, name: String, covered: [String]) -> Reason {
    let shown = covered.prefix(20).joined(separator: ", ")
    let more = covered.count > 20 ? " and \(covered.count - 20) more" : ""
    let found = covered.isEmpty ? "no name" : shown + more
    return Reason(
      "name-mismatch", file: leaf.file, found: found, expected: name,
      text: "it is not valid for \"\(name)\", only for \(found): ask the CA for a certificate with"
        + " that name among its alternative names (a common name does not count)")
  }

  static func noNames(_ leaf: Certificate) -> Reason {
    Reason(
      "no-names", weight: .remark, file: leaf.file, found: "no name",
      expected: "a DNS name or address",
      text: "it names no host among its alternative names, so that no client takes it: ask the CA"
        + " for one with the server's name")
  }

  static func caAsServer(_ leaf: Certificate) -> Reason {
    Reason(
      "ca-certificate", weight: .remark, file: leaf.file, found: leaf.subject,
      text: "\"\(leaf.subject)\" may issue certificates itself: whoever takes the server's key can"
        + " issue for any name, so better ask the CA for an ordinary certificate")
  }

  static func endsSooner(_ end: Int, standing: Int, file: String?) -> Reason {
    Reason(
      "ends-sooner", file: file, found: moment(end), expected: "\(moment(standing)) or later",
      text: "it ends \(moment(end)), before the one in use, which ends \(moment(standing)): give a"
        + " newer one, or insist with \"certificate import --replace-anyway\"")
  }

  static func older(_ start: Int, standing: Int, file: String?) -> Reason {
    Reason(
      "older", file: file, found: moment(start), expected: "\(moment(standing)) or later",
      text: "it was issued \(moment(start)), before the one in use, of \(moment(standing)): give a"
        + " newer one, or insist with \"certificate import --replace-anyway\"")
  }

  static func dropsAgentName(_ name: String, file: String?) -> Reason {
    Reason(
      "drops-agent-name", file: file, expected: name,
      text: "agents use \"\(name)\", which the certificate in use has and this one has not: ask the"
        + " CA for one with that name, or insist with \"certificate import --replace-anyway\"")
  }

  static func validityTooLong(_ leaf: Certificate, days: Int, weight: Weight) -> Reason {
    let advice =
      weight == .refusal
      ? "browsers refuse it: ask the CA for at most 398 days"
      : "a private CA may do so, though some clients refuse it: better ask for at most 398 days"
    return Reason(
      "validity-too-long", weight: weight, file: leaf.file, found: "\(days) days",
      expected: "at most 398 days", text: "it is valid for \(days) days: \(advice)")
  }
}
