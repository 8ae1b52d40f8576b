/// One validated subject alternative name: a DNS name, perhaps a wildcard, or an address.
///
/// Letters, digits, hyphen and underscore only: hosts with an underscore exist, and clients
/// compare octets. Nothing in it can end or extend an entry of an OpenSSL configuration text.
enum SubjectName: Hashable {
  /// A host name, as it was given.
  case host(String)
  /// An address.
  case address(Address)

  /// Validates one name.
  ///
  /// Throws `name-invalid` or `name-not-ascii`.
  init(_ text: String) throws(CertificateError) {
    if let address = Address(text: text) {
      self = .address(address)
    } else {
      try Self.validate(text)
      self = .host(text)
    }
  }

  /// The text in the certificate.
  var text: String {
    switch self {
    case .host(let name): name
    case .address(let address): address.text
    }
  }

  /// The entry of x509v3_config(5).
  var entry: String {
    switch self {
    case .host(let name): "DNS:\(name)"
    case .address(let address): "IP:\(address.text)"
    }
  }

  /// Whether a text is a host name without wildcard, as SNI takes it (RFC 6066 §3).
  static func isPlainHost(_ text: String) -> Bool {
    guard case .host(let name)? = try? SubjectName(text) else { return false }
    return !name.hasPrefix("*")
  }

  private static func validate(_ text: String) throws(CertificateError) {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
      let advice = ALabel.name(for: text).map { "write it as \"\($0)\"" } ?? "write its A-labels"
      throw CertificateError(
        code: "name-not-ascii", reason: "\"\(printable(text))\" is not ASCII: \(advice)",
        call: "name check, RFC 5280 §7.2")
    }
    guard text.utf8.count <= CertificateLimits.nameBytes else {
      throw invalid(text, "is longer than \(CertificateLimits.nameBytes) characters")
    }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    if labels[0] == "*" && labels.count < 3 {
      throw invalid(text, "no client takes a wildcard directly below a top-level name")
    }
    for label in labels[0] == "*" ? labels.dropFirst() : labels[...] {
      try validate(label: label, of: text)
    }
    // A last label of digits reads as an IPv4 address in browsers (WHATWG URL, "ends in a number").
    if labels.last?.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ?? true {
      throw invalid(text, "is neither an address nor a name: its last part is a number")
    }
  }

  private static func validate(label: Substring, of text: String) throws(CertificateError) {
    guard (1...CertificateLimits.labelBytes).contains(label.utf8.count) else {
      throw invalid(
        text, "each part between dots has 1 to \(CertificateLimits.labelBytes) characters")
    }
    let allowed = label.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
    guard allowed else {
      throw invalid(
        text,
        "only letters, digits, \"-\", \"_\" and \".\" are accepted, or an address without"
          + " port and brackets, or \"*.\" at the beginning")
    }
    guard label.first != "-" && label.last != "-" else {
      throw invalid(text, "a part may not begin or end with \"-\"")
    }
  }

  private static func invalid(_ text: String, _ why: String) -> CertificateError {
    CertificateError(
      code: "name-invalid", reason: "\"\(printable(text))\" is not a host name: \(why)",
      call: "name check, RFC 1123 §2.1")
  }

  /// Settings come from people, errors go to journals: one line, of bounded length.
  private static func printable(_ text: String) -> String {
    let kept = text.unicodeScalars.prefix(CertificateLimits.nameBytes).map { scalar in
      scalar.properties.generalCategory == .control ? Unicode.Scalar(0x3f as UInt8) : scalar
    }
    var result = ""
    result.unicodeScalars.append(contentsOf: kept)
    return result
  }
}
