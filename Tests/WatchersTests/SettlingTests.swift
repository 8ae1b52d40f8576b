import Systemd
import Testing

@testable import Watchers

@Suite struct SettlingTests {
  static let folders = ["/etc/s", "/run/s"]
  static let second: UInt64 = 1_000_000
  var settling = Settling()

  mutating func write(_ name: String, in directory: String = "/etc/s", at now: UInt64) {
    settling.note(DirectoryEvent(kind: .written, name: name), in: directory, now: now)
  }

  func isWriting(_ name: String = "console") -> Bool {
    settling.isWriting(name, folders: Self.folders)
  }

  @Test mutating func aRenameActsAtOnce() {
    settling.note(DirectoryEvent(kind: .replaced, name: "console.toml"), in: "/etc/s", now: 0)
    #expect(!isWriting())
    #expect(settling.next == nil)
  }

  @Test mutating func aRenameEndsAWriteInPlace() {
    write("console.toml", at: 0)
    #expect(isWriting())
    settling.note(DirectoryEvent(kind: .replaced, name: "console.toml"), in: "/etc/s", now: 1)
    #expect(!isWriting())
  }

  @Test mutating func aWriteInPlaceIsOverAfterAQuietWhile() {
    write("console.toml", at: 0)
    write("console.toml", at: Self.second)
    #expect(settling.next == Self.second + Settling.quiet)
    settling.settle(now: Self.second + Settling.quiet - 1)
    #expect(isWriting())
    settling.settle(now: Self.second + Settling.quiet)
    #expect(!isWriting())
    #expect(settling.next == nil)
  }

  @Test mutating func aConstantWriterIsWaitedForOnlySoLong() {
    var now: UInt64 = 0
    while now < Settling.longest {
      write("console.toml", at: now)
      settling.settle(now: now)
      #expect(isWriting())
      now += Self.second
    }
    #expect(settling.next == Settling.longest)
    settling.settle(now: Settling.longest)
    #expect(!isWriting())
  }

  @Test(arguments: [
    ("console.toml", "/etc/s", true), ("console.toml", "/run/s", true),
    ("50-a.toml", "/etc/s/console.toml.d", true), ("console.toml", "/usr/s", false),
    (".console.toml.swp", "/etc/s", false), ("console.toml~", "/etc/s", false),
    ("console2.toml", "/etc/s", false), ("50-a.toml.swp", "/etc/s/console.toml.d", false),
    ("50-a.toml", "/etc/s/console2.toml.d", false),
  ])
  mutating func onlyFilesOfTheServiceHoldItBack(name: String, directory: String, isHeld: Bool) {
    write(name, in: directory, at: 0)
    #expect(isWriting() == isHeld)
    #expect(settling.isWriting(path: "\(directory)/\(name)"))
  }

  @Test mutating func theNextEndIsTheFirstOfAll() {
    write("a.toml", at: 0)
    write("b.toml", at: Self.second)
    #expect(settling.next == Settling.quiet)
    settling.settle(now: Settling.quiet)
    #expect(settling.next == Self.second + Settling.quiet)
    #expect(!isWriting("a") && isWriting("b"))
  }

  @Test mutating func aScriptGoneWildDoesNotFillTheMemory() {
    for number in 0..<5_000 { write("\(number).toml", at: 0) }
    #expect(isWriting("0"))
    #expect(!isWriting("4999"))
    write("0.toml", at: Self.second)
    #expect(isWriting("0"))
  }
}
