internal import COpenSSL

/// One OpenSSL object, freed by the library's own function when it goes out of use.
@safe
struct Owned: ~Copyable {
  /// The object, for calls that borrow it.
  let raw: OpaquePointer
  private let free: (OpaquePointer?) -> Void

  /// Takes over what `call` returned; a null pointer becomes an error with the library's words.
  init(
    _ raw: OpaquePointer?, call: String, free: @escaping (OpaquePointer?) -> Void
  ) throws(CertificateError) {
    guard let raw = unsafe raw else {
      throw CertificateError(library: "OpenSSL failed", call: call)
    }
    unsafe self.raw = raw
    unsafe self.free = free
  }

  deinit { unsafe free(raw) }

  /// A new BIO in memory.
  static func memory() throws(CertificateError) -> Owned {
    unsafe try Owned(BIO_new(BIO_s_mem()), call: "BIO_new", free: { unsafe BIO_free($0) })
  }
}

/// Turns a C result into a throw: everything but 1 or more is a failure.
func check(
  _ result: Int32, _ call: String, code: String = "openssl", _ what: String = "OpenSSL failed"
) throws(CertificateError) {
  guard result > 0 else { throw CertificateError(library: what, code: code, call: call) }
}
