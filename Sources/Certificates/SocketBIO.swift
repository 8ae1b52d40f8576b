internal import COpenSSL
internal import Glibc

/// OpenSSL's input and output over a borrowed, non-blocking socket.
///
/// Unlike the library's own socket BIO it sends with MSG_NOSIGNAL, so that a peer that went away
/// is an error and no SIGPIPE, whatever the process does with that signal. It never closes.
enum SocketBIO {
  /// Makes a BIO over `socket`, which must outlive it; SSL_set_bio(3) takes it over.
  static func make(_ socket: Int32) throws(CertificateError) -> OpaquePointer {
    guard let method = unsafe method, let bio = unsafe BIO_new(method) else {
      throw CertificateError(library: "no input and output", call: "BIO_new")
    }
    // One more than the descriptor, as the data of descriptor 0 would be a null pointer.
    unsafe BIO_set_data(bio, UnsafeMutableRawPointer(bitPattern: Int(socket) + 1))
    unsafe BIO_set_init(bio, 1)
    return unsafe bio
  }

  /// Made once; BIO_meth_new(3) wants a type index of its own for each kind.
  private nonisolated(unsafe) static let method: OpaquePointer? = {
    let kind = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
    guard let method = unsafe BIO_meth_new(kind, "socket without SIGPIPE") else { return nil }
    unsafe BIO_meth_set_write(method) { bio, data, count in
      unsafe transfer(bio, retry: BIO_FLAGS_WRITE) { socket in
        unsafe send(socket, data, Int(max(0, count)), Int32(MSG_NOSIGNAL))
      }
    }
    unsafe BIO_meth_set_read(method) { bio, data, count in
      let result = unsafe transfer(bio, retry: BIO_FLAGS_READ) { socket in
        unsafe recv(socket, data, Int(max(0, count)), 0)
      }
      if result == 0 { unsafe BIO_set_flags(bio, BIO_FLAGS_IN_EOF) }
      return result
    }
    unsafe BIO_meth_set_ctrl(method) { bio, command, _, _ in
      switch command {
      case BIO_CTRL_FLUSH: 1
      case BIO_CTRL_EOF: unsafe BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0
      default: 0
      }
    }
    return unsafe method
  }()

  private static func transfer(
    _ bio: OpaquePointer?, retry: Int32, _ call: (Int32) -> Int
  ) -> Int32 {
    unsafe BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
    let socket = unsafe Int32(truncatingIfNeeded: Int(bitPattern: BIO_get_data(bio)) - 1)
    let result = call(socket)
    if result < 0 && (errno == EAGAIN || errno == EINTR) {
      unsafe BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY)
    }
    return Int32(truncatingIfNeeded: result)
  }
}
