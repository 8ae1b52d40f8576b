/// Who listens on a TCP port, as far as an unprivileged process can know.
public struct PortHolder: Equatable, Sendable {
  /// The port.
  public let port: Int
  /// The address as inet_ntop(3) writes it, for example `0.0.0.0`, `::`, `127.0.0.1`.
  public let address: String
  /// The unit in whose control group the socket was made; nil before Linux 5.9 and outside units.
  public let unit: String?
  /// A process of that unit that holds the port, or its first one if that cannot be known.
  public let pid: Int32?
  /// The name of that process (`/proc/PID/comm`).
  public let process: String?

  /// Makes a value from its parts.
  public init(port: Int, address: String, unit: String?, pid: Int32?, process: String?) {
    self.port = port
    self.address = address
    self.unit = unit
    self.pid = pid
    self.process = process
  }
}

/// Who listens on `port`, so that `address` cannot be bound; nil stands for any address.
///
/// Needs no privileges, but AF_NETLINK sockets (sock_diag(7)), a readable `/sys/fs/cgroup` and, for
/// process names, a `/proc` that shows other users. Errors: a kernel without sock_diag.
public func listeningSocketHolder(
  port: Int, address: String? = nil
) throws(SystemdError) -> [PortHolder] {
  guard let number = UInt16(exactly: port) else { return [] }
  let sockets = try SocketDiagnosis.listeners().filter { socket in
    socket.port == number && socket.conflicts(with: address)
  }
  guard !sockets.isEmpty else { return [] }
  let groups = ControlGroups.find(Set(sockets.compactMap(\.controlGroup)))
  return sockets.map { socket in
    let group = socket.controlGroup.flatMap { groups[$0] }
    let process = group.flatMap { $0.process(holdingSocket: socket.inode) }
    return PortHolder(
      port: port, address: socket.address, unit: group?.unit, pid: process?.pid,
      process: process?.name)
  }
}
