internal import COpenSSL

/// Has OpenSSL verify one path, and collects everything that it has against it.
///
/// Strict, purpose "sslserver", security level 2 (X509_VERIFY_PARAM_set_auth_level(3)), policies
/// included. Dates and names are compared elsewhere: the library takes the last second of a
/// validity for expired.
struct PathCheck {
  /// One thing that is wrong.
  struct Finding: Hashable {
    /// The library's number of it (X509_STORE_CTX_get_error(3)).
    var error: Int32
    /// Which member of the path.
    var depth: Int
  }

  /// What the callback fills in.
  private final class Collector {
    var findings: [Finding] = []
    let path: [Certificate]
    init(_ path: [Certificate]) { self.path = path }
  }

  /// What is wrong with the path; throws only if the library fails for a reason of its own.
  static func findings(
    _ path: PathSearch.Path
  ) throws(CertificateError) -> [Finding] {
    guard let leaf = path.members.first else { return [] }
    LibraryErrors.discard()
    let collector = Collector(path.members)
    let issuers = path.members.dropFirst()
    let untrusted = try stack(path.isComplete ? issuers.dropLast() : issuers)
    let trusted = try stack(path.isComplete ? issuers.suffix(1) : [])
    let store = unsafe try Owned(
      X509_STORE_new(), call: "X509_STORE_new", free: { unsafe X509_STORE_free($0) })
    unsafe X509_STORE_set_check_issued(store.raw, isNext)
    let context = unsafe try Owned(
      X509_STORE_CTX_new(), call: "X509_STORE_CTX_new", free: { unsafe X509_STORE_CTX_free($0) })
    try check(
      unsafe X509_STORE_CTX_init(context.raw, store.raw, leaf.object.raw, untrusted.raw),
      "X509_STORE_CTX_init")
    unsafe X509_STORE_CTX_set0_trusted_stack(context.raw, trusted.raw)
    try setParameters(context, isComplete: path.isComplete)
    unsafe X509_STORE_CTX_set_verify_cb(context.raw, collect)
    // The collector outlives the call; the context only borrows it.
    try check(
      unsafe X509_STORE_CTX_set_ex_data(
        context.raw, 0, Unmanaged.passUnretained(collector).toOpaque()),
      "X509_STORE_CTX_set_ex_data")
    let result = unsafe X509_verify_cert(context.raw)
    let error = unsafe X509_STORE_CTX_get_error(context.raw)
    LibraryErrors.discard()
    withExtendedLifetime((collector, path.members)) {}
    if result != 1 && collector.findings.isEmpty {
      collector.findings.append(Finding(error: error, depth: 0))
    }
    return collector.findings
  }

  private static func setParameters(
    _ context: borrowing Owned, isComplete: Bool
  ) throws(CertificateError) {
    try check(
      unsafe X509_STORE_CTX_set_purpose(context.raw, X509_PURPOSE_SSL_SERVER),
      "X509_STORE_CTX_set_purpose")
    guard let parameters = unsafe X509_STORE_CTX_get0_param(context.raw) else {
      throw CertificateError(library: "OpenSSL failed", call: "X509_STORE_CTX_get0_param")
    }
    var flags = X509_V_FLAG_X509_STRICT | X509_V_FLAG_POLICY_CHECK | X509_V_FLAG_NO_CHECK_TIME
    // The path ends where it was found to, also if the root does not look like its own issuer.
    if isComplete { flags |= X509_V_FLAG_PARTIAL_CHAIN }
    try check(
      unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(flags)), "X509_VERIFY_PARAM_set_flags")
    // Without one the library takes no policy for the initial set, and not any (RFC 5280 §6.1.1
    // (c)): a CA that asks for an explicit policy would fail always. The object is a constant.
    try check(
      unsafe X509_VERIFY_PARAM_add0_policy(parameters, OBJ_nid2obj(NID_any_policy)),
      "X509_VERIFY_PARAM_add0_policy")
    unsafe X509_VERIFY_PARAM_set_auth_level(parameters, 2)
    unsafe X509_VERIFY_PARAM_set_depth(parameters, Int32(CertificateLimits.pathLength))
    // Else a common name would be held against name constraints (RFC 9525 §2: never a host name).
    unsafe X509_VERIFY_PARAM_set_hostflags(
      parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
  }

  /// A STACK_OF(X509) that borrows its members (DEFINE_STACK_OF(3): macros over these functions).
  private static func stack(
    _ members: ArraySlice<Certificate>
  ) throws(CertificateError) -> Owned {
    let stack = unsafe try Owned(
      OPENSSL_sk_new_null(), call: "OPENSSL_sk_new_null", free: { unsafe OPENSSL_sk_free($0) })
    for member in members {
      try check(
        unsafe OPENSSL_sk_push(stack.raw, UnsafeRawPointer(member.object.raw)), "OPENSSL_sk_push")
    }
    return stack
  }

  private static func collector(_ context: OpaquePointer?) -> Collector? {
    guard let pointer = unsafe X509_STORE_CTX_get_ex_data(context, 0) else { return nil }
    return unsafe Unmanaged<Collector>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Notes each error and goes on, so that all of them are found.
  private static let collect: @convention(c) (Int32, OpaquePointer?) -> Int32 = { ok, context in
    guard ok == 0, let collector = unsafe collector(context) else { return ok }
    let finding = unsafe Finding(
      error: X509_STORE_CTX_get_error(context),
      depth: Int(X509_STORE_CTX_get_error_depth(context)))
    if collector.findings.count < CertificateLimits.findings
      && !collector.findings.contains(finding)
    {
      collector.findings.append(finding)
    }
    return 1
  }

  /// The library follows the path that was found, and builds none of its own.
  private static let isNext:
    @convention(c) (OpaquePointer?, OpaquePointer?, OpaquePointer?) -> Int32 = {
      context, issued, issuer in
      guard let path = unsafe collector(context)?.path,
        let position = path.firstIndex(where: { unsafe $0.object.raw == issued })
      else { return 0 }
      if unsafe issued == issuer { return path[position].isSelfIssued ? 1 : 0 }
      let next = path.index(after: position)
      return unsafe next < path.endIndex && path[next].object.raw == issuer ? 1 : 0
    }
}
