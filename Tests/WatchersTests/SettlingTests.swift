import Systemd
import Testing

@testable import Watchers

@Suite struct SettlingTests {
  static let second: UInt64 = 1_000_000
  var settling = Settling()

  mutating func write(_ name: String, in directory: String = "/etc/s", at now: UInt64) {
    settling.note(DirectoryEvent(kind: .written, name: name), in: directory, now: now)
  }

  func isWriting(_ name: String = "console.toml") -> Bool {
    settling.paths.contains("/etc/s/\(name)")
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

  @Test mutating func whatEndsIsToldOnceEvenIfItIsWrittenAgain() {
    write("console.toml", at: 0)
    write("console.toml", at: Self.second)
    #expect(settling.settle(now: Settling.quiet) == [])
    #expect(settling.settle(now: Self.second + Settling.quiet) == ["/etc/s/console.toml"])
    write("console.toml", at: Self.second + Settling.quiet)
    #expect(settling.settle(now: Self.second + Settling.quiet) == [])
  }

  @Test mutating func rightsNeitherBeginNorEndAWrite() {
    settling.note(DirectoryEvent(kind: .touched, name: "console.toml"), in: "/etc/s", now: 0)
    #expect(!isWriting())
    write("console.toml", at: 0)
    settling.note(DirectoryEvent(kind: .touched, name: "console.toml"), in: "/etc/s", now: 1)
    #expect(isWriting())
    #expect(settling.next == Settling.quiet)
  }

  @Test mutating func whatWasLostMayBeAWriteOfAnything() {
    settling.note(DirectoryEvent(kind: .lost, name: ""), in: "/etc/s", now: 0)
    #expect(settling.paths == [Settling.everything])
    #expect(settling.settle(now: Settling.quiet) == [Settling.everything])
  }

  @Test mutating func aFileCanHaveAnIntervalOfItsOwn() {
    settling.note(
      DirectoryEvent(kind: .written, name: "console.toml"), in: "/etc/s", now: 0,
      quiet: 5 * Self.second)
    settling.settle(now: 5 * Self.second - 1)
    #expect(isWriting())
    settling.settle(now: 5 * Self.second)
    #expect(!isWriting())
  }

  @Test mutating func theNextEndIsTheFirstOfAll() {
    write("a.toml", at: 0)
    write("b.toml", at: Self.second)
    #expect(settling.next == Settling.quiet)
    settling.settle(now: Settling.quiet)
    #expect(settling.next == Self.second + Settling.quiet)
    #expect(!isWriting("a.toml") && isWriting("b.toml"))
  }

  @Test mutating func aScriptGoneWildDoesNotFillTheMemory() {
    for number in 0..<5_000 { write("\(number).toml", at: 0) }
    #expect(isWriting("0.toml"))
    #expect(!isWriting("4999.toml"))
    write("0.toml", at: Self.second)
    #expect(isWriting("0.toml"))
  }
}
