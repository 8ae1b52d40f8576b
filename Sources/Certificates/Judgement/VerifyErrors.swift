internal import COpenSSL

/// Sorts the errors of X509_verify_cert(3) under codes of ours.
enum VerifyErrors {
  /// The code; nil for what is said in another way: where the chain ends, and dates.
  static func code(_ error: Int32, depth: Int) -> String? {
    switch error {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      nil
    case X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_CERT_CHAIN_TOO_LONG: "path-length"
    case X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      depth > 0 ? "not-a-ca" : "chain-invalid"
    case X509_V_ERR_INVALID_PURPOSE: "not-for-servers"
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION: "unknown-critical-extension"
    case X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION,
      X509_V_ERR_SUBTREE_MINMAX, X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE,
      X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      "name-constraint"
    case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL,
      X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
      "weak-key"
    case X509_V_ERR_CA_MD_TOO_WEAK: "weak-signature"
    case X509_V_ERR_INVALID_EXTENSION: "damaged"
    default: "chain-invalid"
    }
  }

  /// Whether it is only about how a certificate is written (X509_V_FLAG_X509_STRICT).
  static func isForm(_ error: Int32) -> Bool {
    (X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA...X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3)
      .contains(error)
  }

  /// The library's words.
  static func words(_ error: Int32) -> String {
    guard let text = unsafe X509_verify_cert_error_string(Int(error)) else { return "" }
    return unsafe String(cString: text)
  }
}

extension Certificate {
  /// Whether an extension is there twice (RFC 5280 §4.2 forbids it).
  var hasRepeatedExtension: Bool {
    let names = extensions.map(\.identifier)
    return Set(names).count < names.count
  }

  /// The critical extensions that the library does not know.
  var unknownCriticalExtensions: [String] {
    extensions.filter { $0.isCritical && !$0.isKnown }.map { one in
      one.name == one.identifier ? one.identifier : "\(one.name), \(one.identifier)"
    }
  }

  /// An extension: its number, its name or again its number, and what becomes of it.
  private struct Extension {
    var identifier: String
    var name: String
    var isCritical: Bool
    var isKnown: Bool
  }

  private var extensions: [Extension] {
    (0..<max(0, unsafe X509_get_ext_count(object.raw))).compactMap { index in
      guard let found = unsafe X509_get_ext(object.raw, index),
        let kind = unsafe X509_EXTENSION_get_object(found),
        let identifier = unsafe Self.text(kind, isNumber: true)
      else { return nil }
      return unsafe Extension(
        identifier: identifier, name: Self.text(kind, isNumber: false) ?? identifier,
        isCritical: X509_EXTENSION_get_critical(found) == 1,
        isKnown: X509_supported_extension(found) == 1)
    }
  }

  /// An identifier in dotted form, or the library's name for it (OBJ_obj2txt(3)).
  private static func text(_ object: OpaquePointer, isNumber: Bool) -> String? {
    var text = [CChar](repeating: 0, count: 128)
    let length = unsafe OBJ_obj2txt(&text, Int32(text.count), object, isNumber ? 1 : 0)
    guard length > 0 else { return nil }
    return String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
