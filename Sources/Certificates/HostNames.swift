internal import Glibc

/// The names and addresses of this host, for a certificate whose names nobody gave.
///
/// Asks no name server: a certificate is made before the network is up, too.
public enum HostNames {
  /// The host's full and short name, then its IPv4 and IPv6 addresses in order; never empty.
  ///
  /// Sorted and without doubles, so that the same host gives the same list; temporary IPv6
  /// addresses (RFC 8981) are left out, as they change daily. At most 34 entries.
  /// Loopback addresses and `localhost` stand in only if there is nothing else.
  public static func current() -> [String] {
    let temporary = temporary(text("/proc/net/if_inet6"))
    let lasting = addresses().filter { !temporary.contains($0.address) }
    return choose(
      hostName: hostName(), hostsFile: text("/etc/hosts"), addresses: lasting)
  }

  /// Chooses from what was found; pure.
  static func choose(
    hostName: String, hostsFile: String, addresses: [InterfaceAddress]
  ) -> [String] {
    let short = hostName.split(separator: ".").first.map(String.init) ?? ""
    var names: [String] = []
    for name in [canonical(hostName, hostsFile), hostName, short] {
      let name = name.lowercased()
      let usable = SubjectName.isPlainHost(name) && name != "localhost"
      if usable && !name.hasPrefix("localhost.") && !names.contains(name) { names.append(name) }
    }
    let usable = addresses.filter { !$0.address.isLinkLocal && !$0.isLoopback }
    let loopback = addresses.filter(\.isLoopback)
    let chosen = usable.isEmpty && names.isEmpty ? loopback : usable
    let texts = Set(chosen.map(\.address)).sorted(by: Address.ordered).map(\.text)
    let result = names + texts.prefix(CertificateLimits.hostAddresses)
    return usable.isEmpty && names.isEmpty ? ["localhost"] + result : result
  }

  /// The full name that /etc/hosts gives this host (hosts(5)): the first name of the first line
  /// that names it; "" if there is none.
  private static func canonical(_ hostName: String, _ hostsFile: String) -> String {
    guard !hostName.isEmpty else { return "" }
    for line in hostsFile.split(whereSeparator: \.isNewline) {
      let entry = line.prefix { $0 != "#" }
      let fields = entry.split { $0 == " " || $0 == "\t" }.dropFirst().map { $0.lowercased() }
      guard fields.contains(hostName.lowercased()) else { continue }
      if let full = fields.first(where: { $0.hasPrefix(hostName.lowercased() + ".") }) {
        return full
      }
    }
    return ""
  }

  /// The temporary addresses among those that /proc/net/if_inet6 lists: address, interface, prefix
  /// length, scope and flags in hexadecimal, name.
  static func temporary(_ table: String) -> Set<Address> {
    let temporaryFlag = 0x01  // IFA_F_TEMPORARY of linux/if_addr.h
    var result: Set<Address> = []
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == 6, let flags = Int(fields[4], radix: 16),
        flags & temporaryFlag != 0, fields[0].utf8.count == 32
      else { continue }
      let digits = fields[0].compactMap(\.hexDigitValue)
      guard digits.count == 32 else { continue }
      let bytes = (0..<16).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
      if let address = Address(bytes) { result.insert(address) }
    }
    return result
  }

  private static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The beginning of a small file; "" if it cannot be read.
  private static func text(_ path: String) -> String {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: CertificateLimits.systemFileBytes)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe read(file, bytes.baseAddress, bytes.count)
    }
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  /// The addresses of the interfaces that are up (getifaddrs(3)).
  private static func addresses() -> [InterfaceAddress] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return [] }
    defer { unsafe freeifaddrs(first) }
    var result: [InterfaceAddress] = []
    var next = unsafe first
    while let entry = unsafe next {
      unsafe next = entry.pointee.ifa_next
      let flags = unsafe entry.pointee.ifa_flags
      guard flags & UInt32(IFF_UP) != 0, let raw = unsafe entry.pointee.ifa_addr,
        let address = unsafe address(raw)
      else { continue }
      // Not by the interface: routed service addresses often lie on "lo".
      result.append(InterfaceAddress(address: address, isLoopback: address.isLoopback))
    }
    return result
  }

  private static func address(_ raw: UnsafePointer<sockaddr>) -> Address? {
    switch Int32(unsafe raw.pointee.sa_family) {
    case AF_INET:
      let inner = unsafe UnsafeRawPointer(raw).load(as: sockaddr_in.self).sin_addr
      return unsafe withUnsafeBytes(of: inner) { unsafe Address(Array($0)) }
    case AF_INET6:
      let inner = unsafe UnsafeRawPointer(raw).load(as: sockaddr_in6.self).sin6_addr
      return unsafe withUnsafeBytes(of: inner) { unsafe Address(Array($0)) }
    default: return nil
    }
  }
}

/// One address of one interface that is up.
struct InterfaceAddress {
  /// The address.
  let address: Address
  /// Whether it never leaves the host.
  let isLoopback: Bool
}
