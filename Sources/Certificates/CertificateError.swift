internal import COpenSSL
internal import Glibc

/// Why a certificate, a key or a handshake could not be made or read.
///
/// Two errors are equal if their codes are. Codes: `damaged`, `too-large`, `key-damaged`,
/// `names-missing`, `names-too-many`, `name-invalid`, `name-not-ascii`, `dates-invalid`, and
/// `openssl` for what the library refused without a fault of the input. More may come.
public struct CertificateError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The stable name of the kind of error.
  public let code: String
  /// What is wrong and what to do, in one line; with the library's words where it has any.
  public let reason: String
  /// The library call, or the check of ours, that refused.
  public let call: String

  /// Makes an error with a reason of our own.
  public init(code: String, reason: String, call: String) {
    self.code = code
    self.reason = reason
    self.call = call
  }

  /// Makes an error from what OpenSSL has queued up, and empties that queue.
  init(library what: String, code: String = "openssl", call: String) {
    let words = LibraryErrors.drain()
    self.init(code: code, reason: words.isEmpty ? what : "\(what): \(words)", call: call)
  }

  /// Compares the codes only: reasons may be reworded.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  /// One line: what, why, where.
  public var description: String { "\(reason) (\(call))" }
}

/// The one funnel for OpenSSL's error queue, which is per thread and outlives each call.
enum LibraryErrors {
  /// Empties the queue; its reasons in the order in which they arose, each once, joined by `: `.
  static func drain() -> String {
    var reasons: [String] = []
    while true {
      var data: UnsafePointer<CChar>?
      var flags: Int32 = 0
      let code = unsafe ERR_get_error_all(nil, nil, nil, &data, &flags)
      if code == 0 { break }
      var reason = text(of: code)
      if flags & ERR_TXT_STRING != 0, let data = unsafe data {
        let detail = unsafe String(cString: data)
        if !detail.isEmpty { reason += " (\(detail))" }
      }
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    return reasons.joined(separator: ": ")
  }

  /// Empties the queue of what earlier calls left behind, so that it does not mislead.
  static func discard() { ERR_clear_error() }

  /// The words for an errno(3) value.
  static func text(ofErrorNumber number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }

  private static func text(of code: UInt) -> String {
    if let reason = unsafe ERR_reason_error_string(code) { return unsafe String(cString: reason) }
    // Codes of the system have no reason string: their low bits are an errno (ERR_GET_REASON(3)).
    return text(ofErrorNumber: Int32(truncatingIfNeeded: code & 0x7fff_ffff))
  }
}
