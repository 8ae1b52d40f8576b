import Files
import Glibc
import Systemd
import Testing

@testable import Watchers

@Suite struct FileWatcherTests {
  let host: Host
  let loop: EventLoop
  let told = Told<String>()

  init() throws {
    host = try Host()
    loop = try EventLoop()
  }

  /// A watcher that follows these folders of the host, also while they come and go.
  func watch(_ folders: [String]) -> FileWatcher {
    let (told, host) = (told, host)
    let holder = Told<FileWatcher>()
    let directories = folders.map { "\(host.root)/\($0)" }
    let watcher = FileWatcher(loop: loop) { directory, event in
      told.values.append("\(directory.dropFirst(host.root.count + 1))/\(event.name)")
      holder.values.first?.watch(directories)
    }
    holder.values = [watcher]
    watcher.watch(directories)
    return watcher
  }

  /// Waits until a change is told; forgets what was told before.
  func expect(_ change: String, after work: () throws -> Void) throws {
    told.values = []
    try work()
    try loop.wait { told.values.contains(change) }
  }

  @Test func tellsOfAFileInTheDirectory() throws {
    try host.make("a")
    let watcher = watch(["a"])
    try expect("a/x.toml") { try host.overwrite("1", in: "a/x.toml") }
    try expect("a/x.toml") { try host.write("2", to: "a/x.toml") }
    try expect("a/x.toml") { try FileSystem.remove("\(host.root)/a/x.toml") }
    withExtendedLifetime(watcher) {}
  }

  @Test func waitsForADirectoryThatDoesNotExistYet() throws {
    let watcher = watch(["a/b/c"])
    try expect("/a") { try host.make("a") }
    try expect("a/b") { try host.make("a/b") }
    try expect("a/b/c") { try host.make("a/b/c") }
    try expect("a/b/c/x.toml") { try host.write("1", to: "a/b/c/x.toml") }
    withExtendedLifetime(watcher) {}
  }

  @Test func aParentThatStandsInTellsOnlyOfWhatLeadsThere() throws {
    let watcher = watch(["a/b"])
    try host.write("1", to: "other")
    try host.make("unrelated")
    try expect("/a") { try host.make("a") }
    #expect(Set(told.values) == ["/a"])
    withExtendedLifetime(watcher) {}
  }

  @Test func followsADirectoryThatIsDeletedAndMadeAgain() throws {
    try host.make("a/b")
    let watcher = watch(["a/b"])
    try expect("a/b/") { try FileSystem.removeTree("\(host.root)/a/b") }
    try expect("a/b") { try host.make("a/b") }
    try expect("a/b/x.toml") { try host.write("1", to: "a/b/x.toml") }
    withExtendedLifetime(watcher) {}
  }

  @Test func followsADirectoryWhoseParentIsDeletedAndMadeAgain() throws {
    try host.make("a/b")
    let watcher = watch(["a/b"])
    try expect("a/b/") { try FileSystem.removeTree("\(host.root)/a") }
    try expect("/a") { try host.make("a") }
    try expect("a/b") { try host.make("a/b") }
    try expect("a/b/x.toml") { try host.write("1", to: "a/b/x.toml") }
    withExtendedLifetime(watcher) {}
  }

  @Test func aDirectoryThatIsRenamedAwayIsWatchedAnewAtItsPlace() throws {
    try host.make("a")
    let watcher = watch(["a"])
    try expect("a/") {
      try #require(unsafe rename("\(host.root)/a", "\(host.root)/old") == 0)
      try host.make("a")
    }
    try expect("a/x.toml") { try host.write("1", to: "a/x.toml") }
    withExtendedLifetime(watcher) {}
  }

  @Test func forgetsWhatIsNotWantedAnyMore() throws {
    try host.make("a")
    try host.make("b")
    let watcher = watch(["b"])
    watcher.watch(["\(host.root)/a"])
    watcher.watch(["\(host.root)/b"])
    try host.write("1", to: "a/x.toml")
    try expect("b/x.toml") { try host.write("1", to: "b/x.toml") }
    #expect(!told.values.contains { $0.hasPrefix("a/") })
  }

  @Test func aFileInPlaceOfADirectoryIsWaitedForToGo() throws {
    try host.write("1", to: "a")
    let watcher = watch(["a"])
    try expect("/a") { try FileSystem.remove("\(host.root)/a") }
    try expect("/a") { try host.make("a") }
    try expect("a/x.toml") { try host.write("1", to: "a/x.toml") }
    withExtendedLifetime(watcher) {}
  }
}
