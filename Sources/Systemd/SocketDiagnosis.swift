internal import Glibc

/// Asks the kernel for its listening TCP sockets (sock_diag(7)), as ss(8) does.
///
/// No privileges.
enum SocketDiagnosis {
  /// NETLINK_SOCK_DIAG of linux/netlink.h.
  private static let protocolNumber: Int32 = 4
  /// A dump that changed under way is asked for again, so often.
  private static let mostTries = 3
  /// The kernel makes datagrams of 32 KiB at most.
  private static let bufferSize = 65_536
  /// The kernel answers from memory; a wait this long, in seconds, means it never will.
  private static let answerSeconds = 2

  /// All of them, IPv4 and IPv6.
  static func listeners() throws(SystemdError) -> [ListeningSocket] {
    try dump(family: UInt8(AF_INET)) + dump(family: UInt8(AF_INET6))
  }

  private static func dump(family: UInt8) throws(SystemdError) -> [ListeningSocket] {
    for _ in 1...mostTries {
      if let sockets = try tryDump(family: family) { return sockets }
    }
    throw SystemdError(
      operation: "sock_diag", code: EAGAIN, reason: "the sockets changed while they were listed")
  }

  /// nil if the list changed while it was read (NLM_F_DUMP_INTR).
  private static func tryDump(family: UInt8) throws(SystemdError) -> [ListeningSocket]? {
    let fd = try checkErrno(
      socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | O_CLOEXEC, protocolNumber), "socket")
    defer { close(fd) }
    var wait = timeval(tv_sec: answerSeconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    try checkErrno(unsafe setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, size), "setsockopt")
    let request = request(family: family)
    guard unsafe send(fd, request, request.count, 0) == request.count else {
      throw SystemdError(operation: "send", code: errno)
    }
    var sockets: [ListeningSocket] = []
    var isWhole = true
    var buffer = [UInt8](repeating: 0, count: bufferSize)
    while true {
      let count = unsafe recv(fd, &buffer, buffer.count, 0)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw SystemdError(operation: "recv", code: count < 0 ? errno : EIO) }
      let part = try parse(Array(buffer[..<count]))
      sockets += part.sockets
      if part.isInterrupted { isWhole = false }
      if part.isLast { return isWhole ? sockets : nil }
    }
  }

  /// `struct nlmsghdr` and `struct inet_diag_req_v2` (linux/inet_diag.h), state LISTEN only.
  static func request(family: UInt8) -> [UInt8] {
    let byFamily: UInt16 = 20  // SOCK_DIAG_BY_FAMILY
    let flags: UInt16 = 0x301  // NLM_F_REQUEST | NLM_F_DUMP
    let listening: UInt32 = 1 << 10  // TCP_LISTEN
    let length: UInt32 = 72
    var bytes: [UInt8] = []
    append(length, to: &bytes)
    append(byFamily, to: &bytes)
    append(flags, to: &bytes)
    append(UInt32(1), to: &bytes)
    append(UInt32(0), to: &bytes)
    bytes += [family, UInt8(IPPROTO_TCP), 0, 0]
    append(listening, to: &bytes)
    return bytes + [UInt8](repeating: 0, count: Int(length) - bytes.count)
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    var rest = value.littleEndian
    for _ in 0..<(value.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }
}
