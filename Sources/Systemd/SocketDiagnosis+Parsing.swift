internal import Glibc

extension SocketDiagnosis {
  /// What one datagram of the kernel says.
  struct Part: Equatable {
    var sockets: [ListeningSocket] = []
    /// NLMSG_DONE was there.
    var isLast = false
    /// NLM_F_DUMP_INTR was there.
    var isInterrupted = false
  }

  private static let headerSize = 16  // struct nlmsghdr
  private static let messageSize = 72  // struct inet_diag_msg
  private static let attributeHeaderSize = 4  // struct nlattr
  private static let v6OnlyAttribute: UInt16 = 11  // INET_DIAG_SKV6ONLY
  private static let controlGroupAttribute: UInt16 = 21  // INET_DIAG_CGROUP_ID

  /// Reads the netlink messages of one datagram (netlink(7)); lengths are never trusted.
  static func parse(_ bytes: [UInt8]) throws(SystemdError) -> Part {
    var part = Part()
    var offset = 0
    while offset < bytes.count {
      guard let length = number(bytes, offset, UInt32.self).map(Int.init),
        let type = number(bytes, offset + 4, UInt16.self),
        let flags = number(bytes, offset + 6, UInt16.self),
        length >= headerSize, length <= bytes.count - offset
      else { throw malformed }
      if flags & 0x10 != 0 { part.isInterrupted = true }  // NLM_F_DUMP_INTR
      let payload = bytes[(offset + headerSize)..<(offset + length)]
      switch type {
      case 1: break  // NLMSG_NOOP
      case 2:  // NLMSG_ERROR
        guard let code = number(bytes, offset + headerSize, Int32.self) else { throw malformed }
        guard code == 0 else { throw SystemdError(operation: "sock_diag", code: abs(code)) }
      case 3:  // NLMSG_DONE
        part.isLast = true
        return part
      default: part.sockets.append(try socket(Array(payload)))
      }
      offset += (length + 3) & ~3
    }
    return part
  }

  /// `struct inet_diag_msg` and its attributes.
  private static func socket(_ bytes: [UInt8]) throws(SystemdError) -> ListeningSocket {
    guard bytes.count >= messageSize, let inode = number(bytes, 68, UInt32.self) else {
      throw malformed
    }
    let size = bytes[0] == UInt8(AF_INET6) ? 16 : 4
    var result = ListeningSocket(
      // The port and the address are in network byte order.
      port: UInt16(bytes[4]) << 8 | UInt16(bytes[5]), bytes: Array(bytes[8..<(8 + size)]),
      inode: inode)
    var offset = messageSize
    while offset + attributeHeaderSize <= bytes.count {
      guard let length = number(bytes, offset, UInt16.self).map(Int.init),
        let type = number(bytes, offset + 2, UInt16.self),
        length >= attributeHeaderSize, length <= bytes.count - offset
      else { throw malformed }
      let value = offset + attributeHeaderSize
      if type == v6OnlyAttribute, length > attributeHeaderSize {
        result.isV6Only = bytes[value] != 0
      } else if type == controlGroupAttribute {
        result.controlGroup = number(bytes, value, UInt64.self)
      }
      offset += (length + 3) & ~3
    }
    return result
  }

  private static var malformed: SystemdError {
    SystemdError(operation: "sock_diag", code: EBADMSG, reason: "the kernel's answer is malformed")
  }

  /// One number in the machine's byte order: little-endian wherever Debian 12 and Swift meet.
  private static func number<Value: FixedWidthInteger>(
    _ bytes: [UInt8], _ offset: Int, _: Value.Type
  ) -> Value? {
    let size = Value.bitWidth / 8
    guard offset >= 0, offset + size <= bytes.count else { return nil }
    return bytes[offset..<(offset + size)].reversed().reduce(0) { $0 << 8 | Value($1) }
  }
}
