import Glibc
import Testing

@testable import Systemd

/// A service manager's socket, for as long as a test lasts; NOTIFY_SOCKET names it.
final class NotifySocket {
  let descriptor: Int32
  private let scratch = Scratch()

  init() throws {
    let path = "\(scratch.path)/notify"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
    unsafe setenv("NOTIFY_SOCKET", path, 1)
  }

  deinit {
    unsafe unsetenv("NOTIFY_SOCKET")
    close(descriptor)
  }

  /// What came; empty if nothing did.
  func receive() -> String {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }
}

extension SystemdTests {
  @Suite struct NotifyTests {
    @Test func saysReadyWithAStatusLine() throws {
      let socket = try NotifySocket()
      #expect(Notify.ready(status: "guards \"console\""))
      #expect(socket.receive() == "READY=1\nSTATUS=guards \"console\"")
    }

    @Test func saysReloadingWithTheMonotonicClock() throws {
      let socket = try NotifySocket()
      let before = Clock.monotonicMicroseconds()
      #expect(Notify.reloading())
      let lines = socket.receive().split(separator: "\n")
      #expect(lines.first == "RELOADING=1")
      let prefix = "MONOTONIC_USEC="
      let time = try #require(lines.last { $0.hasPrefix(prefix) })
      let moment = try #require(UInt64(time.dropFirst(prefix.count)))
      #expect((before...Clock.monotonicMicroseconds()).contains(moment))
    }

    @Test func saysStopping() throws {
      let socket = try NotifySocket()
      #expect(Notify.stopping())
      #expect(socket.receive() == "STOPPING=1")
    }

    @Test func keepsAStatusFromSettingOtherVariables() throws {
      let socket = try NotifySocket()
      #expect(Notify.status("a\nREADY=1\0b"))
      #expect(socket.receive() == "STATUS=a READY=1 b")
    }

    @Test func saysThatNobodyListens() {
      #expect(!Notify.stopping())
    }
  }
}
