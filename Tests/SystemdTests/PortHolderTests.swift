import Glibc
import Testing

@testable import Systemd

extension SystemdTests {
  @Suite struct PortHolderTests {
    @Test func findsAListenerOfThisProcess() throws {
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(listener) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          unsafe bind(listener, pointer, size) == 0 && listen(listener, 1) == 0
            && getsockname(listener, pointer, &size) == 0
        }
      }
      try #require(bound)
      let port = Int(UInt16(bigEndian: address.sin_port))
      let holders = try listeningSocketHolder(port: port)
      #expect(holders.map(\.address) == ["127.0.0.1"])
      #expect(try listeningSocketHolder(port: port, address: "127.0.0.2").isEmpty)
      #expect(try listeningSocketHolder(port: port, address: "0.0.0.0").count == 1)
      close(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    }

    @Test func knowsNoHolderOfAnImpossiblePort() throws {
      #expect(try listeningSocketHolder(port: 70_000).isEmpty)
      #expect(try listeningSocketHolder(port: -1).isEmpty)
    }

    @Test(arguments: [
      ("0.0.0.0", false, "127.0.0.1", true), ("127.0.0.1", false, "0.0.0.0", true),
      ("127.0.0.1", false, "10.0.0.1", false), ("::", false, "10.0.0.1", true),
      ("::", true, "10.0.0.1", false), ("::", true, "::1", true), ("::1", false, "[::]", true),
      ("::ffff:10.0.0.1", false, "10.0.0.1", true), ("10.0.0.1", false, "::", false),
      ("10.0.0.1", false, "not an address", true),
    ]) func knowsWhichAddressesCollide(
      mine: String, isV6Only: Bool, wanted: String, collides: Bool
    ) throws {
      let bytes = try #require(ListeningSocket.parse(mine))
      let socket = ListeningSocket(port: 1, bytes: bytes, isV6Only: isV6Only, inode: 1)
      #expect(socket.conflicts(with: wanted) == collides)
    }

    @Test func namesTheUnitOfAControlGroup() {
      let expected: [(String, String?)] = [
        ("/sys/fs/cgroup/system.slice/nginx.service", "nginx.service"),
        ("/sys/fs/cgroup/system.slice/a.service/worker", "a.service"),
        ("/sys/fs/cgroup/user.slice/user-1.slice/session-3.scope", "session-3.scope"),
        ("/sys/fs/cgroup/system.slice/_cpu.service", "cpu.service"),
        ("/sys/fs/cgroup/system.slice", nil), ("/sys/fs/cgroup", nil),
      ]
      for (path, unit) in expected { #expect(ControlGroups.unit(ofPath: path) == unit) }
    }

    @Test func findsADirectoryByItsInode() throws {
      let scratch = Scratch()
      unsafe mkdir("\(scratch.path)/a.slice", 0o755)
      unsafe mkdir("\(scratch.path)/a.slice/b.service", 0o755)
      let entry = try #require(Directory.entries("\(scratch.path)/a.slice").first)
      let found = ControlGroups.find([entry.inode, 1], below: scratch.path)
      #expect(found.count == 1)
      #expect(found[entry.inode]?.unit == "b.service")
    }
  }

  @Suite struct SocketDiagnosisTests {
    /// One `nlmsghdr` with its payload, padded.
    private func message(_ type: UInt8, _ payload: [UInt8], flags: UInt8 = 2) -> [UInt8] {
      let header: [UInt8] = [UInt8(16 + payload.count), 0, 0, 0, type, 0, flags, 0]
      return header + [UInt8](repeating: 0, count: 8) + payload
        + [UInt8](repeating: 0, count: -payload.count & 3)
    }

    /// An `inet_diag_msg` that listens on 127.0.0.1:8080, inode 7, with attributes.
    private func listener(_ attributes: [UInt8] = []) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: 72)
      bytes[0] = 2
      bytes[1] = 10
      bytes[4] = 0x1f
      bytes[5] = 0x90
      bytes.replaceSubrange(8..<12, with: [127, 0, 0, 1])
      bytes[68] = 7
      return bytes + attributes
    }

    private let done: UInt8 = 3
    private let found: UInt8 = 20

    @Test func readsSocketsWithTheirControlGroup() throws {
      let group: [UInt8] = [12, 0, 21, 0, 0x39, 0x05, 0, 0, 0, 0, 0, 0]
      let v6Only: [UInt8] = [5, 0, 11, 0, 1, 0, 0, 0]
      let bytes = message(found, listener(v6Only + group)) + message(done, [0, 0, 0, 0])
      let part = try SocketDiagnosis.parse(bytes)
      let expected = ListeningSocket(
        port: 8_080, bytes: [127, 0, 0, 1], isV6Only: true, inode: 7, controlGroup: 1_337)
      #expect(part == SocketDiagnosis.Part(sockets: [expected], isLast: true))
      #expect(part.sockets.first?.address == "127.0.0.1")
    }

    @Test func knowsNoControlGroupOnOldKernels() throws {
      let part = try SocketDiagnosis.parse(message(found, listener()))
      #expect(part.sockets.map(\.controlGroup) == [nil])
      #expect(!part.isLast)
    }

    @Test func noticesAnInterruptedList() throws {
      #expect(try SocketDiagnosis.parse(message(done, [], flags: 0x12)).isInterrupted)
    }

    @Test func throwsTheKernelsError() {
      let error = #expect(throws: SystemdError.self) {
        try SocketDiagnosis.parse(message(2, [0xff, 0xff, 0xff, 0xff]))
      }
      #expect(error?.code == EPERM)
    }

    @Test func refusesEveryTruncation() throws {
      let group: [UInt8] = [12, 0, 21, 0, 1, 0, 0, 0, 0, 0, 0, 0]
      let whole = message(found, listener(group))
      for length in 1..<whole.count {
        #expect(throws: SystemdError.self) { try SocketDiagnosis.parse(Array(whole[..<length])) }
      }
    }

    @Test func readsAnyBytesWithoutTrapping() {
      var generator = SystemRandomNumberGenerator()
      for _ in 0..<2_000 {
        var bytes = message(found, listener([12, 0, 21, 0, 1, 0, 0, 0, 0, 0, 0, 0]))
        for _ in 0..<4 {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
            in: 0...255, using: &generator)
        }
        _ = try? SocketDiagnosis.parse(bytes)
      }
    }
  }
}
