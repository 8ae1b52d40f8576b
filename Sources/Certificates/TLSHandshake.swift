internal import COpenSSL
internal import Glibc

/// One TLS connection as a client, to see what a server serves.
///
/// TLS 1.2 at least. It trusts nothing and refuses no certificate: the caller compares the SHA-256.
/// It waits for nothing: the caller's loop calls again when the socket is ready. It opens and
/// closes no socket, raises no SIGPIPE, and has no timeout: that is the caller's.
public struct TLSHandshake: ~Copyable {
  /// Where the handshake is.
  public enum Progress: Equatable, Sendable {
    /// Call again when the socket is readable.
    case wantsRead
    /// Call again when the socket is writable.
    case wantsWrite
    /// The handshake is complete; the server's certificate.
    case done(CertificateDetails)
    /// It failed for good; one line says why.
    case failed(String)
  }

  /// Where the sending of a request is.
  public enum Sending: Equatable, Sendable {
    /// Call again, with the same bytes, when the socket is readable.
    case wantsRead
    /// Call again, with the same bytes, when the socket is writable.
    case wantsWrite
    /// All bytes are sent.
    case done
    /// It failed for good; one line says why.
    case failed(String)
  }

  /// What `receive` found.
  public enum Receiving: Equatable, Sendable {
    /// Nothing yet: call again when the socket is readable.
    case wantsRead
    /// Nothing yet: call again when the socket is writable.
    case wantsWrite
    /// Some bytes. Call again at once: more may be here although the socket is not readable.
    case received([UInt8])
    /// The server ended the connection.
    case closed
    /// It failed for good; one line says why.
    case failed(String)
  }

  private let connection: Owned
  /// `done` or `failed`, which are final.
  private var outcome: Progress?

  /// Prepares a handshake on `fd`: connected, non-blocking, borrowed until this value is gone.
  ///
  /// `serverName` is sent as SNI if it is a host name (RFC 6066 §3: not for addresses); anything
  /// else sends none. Throws `openssl` only.
  public init(fd: Int32, serverName: String?) throws(CertificateError) {
    LibraryErrors.discard()
    let context = unsafe try Owned(
      SSL_CTX_new(TLS_client_method()), call: "SSL_CTX_new",
      free: { unsafe SSL_CTX_free($0) })
    unsafe SSL_CTX_set_verify(context.raw, SSL_VERIFY_NONE, nil)
    // Servers of HTTP often end without close_notify; the probe needs only the first lines.
    unsafe SSL_CTX_set_options(context.raw, supervisord_ec_ignore_unexpected_eof())
    // `send` is called again with equal bytes, which need not lie at the same place (a macro in C).
    unsafe SSL_CTX_ctrl(
      context.raw, SSL_CTRL_MODE, Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER), nil)
    let minimum = unsafe SSL_CTX_ctrl(
      context.raw, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    try check(Int32(clamping: minimum), "SSL_CTX_set_min_proto_version")
    let connection = unsafe try Owned(
      SSL_new(context.raw), call: "SSL_new", free: { unsafe SSL_free($0) })
    let bio = unsafe try SocketBIO.make(fd)
    unsafe SSL_set_bio(connection.raw, bio, bio)
    unsafe SSL_set_connect_state(connection.raw)
    if let serverName, SubjectName.isPlainHost(serverName) {
      try Self.setServerName(serverName, connection)
    }
    self.connection = connection
  }

  /// Goes on with the handshake as far as the socket allows now (SSL_do_handshake(3)).
  public mutating func advance() -> Progress {
    if let outcome { return outcome }
    Self.forgetErrors()
    let result = unsafe SSL_do_handshake(connection.raw)
    if result == 1 { return finish(certificate()) }
    switch Self.classify(connection, result, "handshake") {
    case .wantsRead: return .wantsRead
    case .wantsWrite: return .wantsWrite
    case .closed: return finish(.failed("the peer closed the connection during the handshake"))
    case .failed(let reason): return finish(.failed(reason))
    }
  }

  /// Sends one small request, at most 16 KiB, after the handshake (SSL_write_ex(3)).
  ///
  /// After `wantsRead` or `wantsWrite` the next call must bring the same bytes.
  public mutating func send(_ bytes: [UInt8]) -> Sending {
    if let refusal = refusal { return .failed(refusal) }
    guard (1...CertificateLimits.requestBytes).contains(bytes.count) else {
      return .failed("a request has 1 to \(CertificateLimits.requestBytes) bytes")
    }
    Self.forgetErrors()
    var count = 0
    let result = unsafe SSL_write_ex(connection.raw, bytes, bytes.count, &count)
    if result == 1 { return .done }
    switch Self.classify(connection, result, "sending") {
    case .wantsRead: return .wantsRead
    case .wantsWrite: return .wantsWrite
    case .closed:
      let reason = "the peer closed the connection before the request was sent"
      outcome = .failed(reason)
      return .failed(reason)
    case .failed(let reason):
      outcome = .failed(reason)
      return .failed(reason)
    }
  }

  /// Receives what has arrived after the handshake, at most `limit` bytes and 64 KiB
  /// (SSL_read_ex(3)).
  public mutating func receive(limit: Int) -> Receiving {
    if let refusal = refusal { return .failed(refusal) }
    guard limit > 0 else { return .received([]) }
    Self.forgetErrors()
    var bytes = [UInt8](repeating: 0, count: min(limit, CertificateLimits.answerBytes))
    var count = 0
    let result = unsafe SSL_read_ex(connection.raw, &bytes, bytes.count, &count)
    if result == 1 { return .received(Array(bytes.prefix(count))) }
    switch Self.classify(connection, result, "receiving") {
    case .wantsRead: return .wantsRead
    case .wantsWrite: return .wantsWrite
    case .closed: return .closed
    case .failed(let reason):
      outcome = .failed(reason)
      return .failed(reason)
    }
  }

  /// Why nothing can be sent or received; nil after a complete handshake.
  private var refusal: String? {
    switch outcome {
    case .done: nil
    case .failed(let reason): reason
    case nil, .wantsRead, .wantsWrite: "the handshake is not complete"
    }
  }

  private mutating func finish(_ outcome: Progress) -> Progress {
    self.outcome = outcome
    return outcome
  }

  private func certificate() -> Progress {
    do throws(CertificateError) {
      let certificate = unsafe try Owned(
        SSL_get1_peer_certificate(connection.raw), call: "SSL_get1_peer_certificate",
        free: { unsafe X509_free($0) })
      return .done(try CertificateDetails(of: certificate))
    } catch {
      return .failed("no certificate of the peer: \(error)")
    }
  }

  private static func setServerName(
    _ name: String, _ connection: borrowing Owned
  ) throws(CertificateError) {
    var text = Array(name.utf8CString)
    // SSL_set_tlsext_host_name is a macro over this; the library copies the text.
    let result = unsafe text.withUnsafeMutableBytes { buffer in
      unsafe SSL_ctrl(
        connection.raw, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
        buffer.baseAddress)
    }
    try check(Int32(clamping: result), "SSL_set_tlsext_host_name")
  }

  private enum Verdict {
    case wantsRead
    case wantsWrite
    case closed
    case failed(String)
  }

  /// Both places where a result is explained are per thread and keep what others left there.
  private static func forgetErrors() {
    LibraryErrors.discard()
    errno = 0
  }

  /// The one place that reads the result of an SSL call (SSL_get_error(3)).
  private static func classify(
    _ connection: borrowing Owned, _ result: Int32, _ what: String
  ) -> Verdict {
    let number = errno
    switch unsafe SSL_get_error(connection.raw, result) {
    case SSL_ERROR_WANT_READ: return .wantsRead
    case SSL_ERROR_WANT_WRITE: return .wantsWrite
    case SSL_ERROR_ZERO_RETURN: return .closed
    case SSL_ERROR_SYSCALL:
      let words = LibraryErrors.drain()
      if !words.isEmpty { return .failed("\(what): \(words)") }
      return number == 0
        ? .closed : .failed("\(what): \(LibraryErrors.text(ofErrorNumber: number))")
    default:
      let isPlain = notTLS.contains(Int32(truncatingIfNeeded: ERR_peek_error() & 0x7f_ffff))
      let words = LibraryErrors.drain()
      return .failed(
        isPlain ? "\(what): the peer does not speak TLS (\(words))" : "\(what): \(words)")
    }
  }

  /// The reasons with which OpenSSL meets bytes that are no TLS record, for example plain HTTP.
  private static let notTLS: Set<Int32> = [
    SSL_R_WRONG_VERSION_NUMBER, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_RECORD_LENGTH_MISMATCH,
    SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_UNEXPECTED_MESSAGE,
  ]
}
