import Glibc
import Testing

@testable import Systemd

extension SystemdTests {
  @Suite struct DirectoryWatchTests {
    /// Everything that must be seen, and how it is done in a directory that has a file `old`.
    enum Change: String, CaseIterable {
      case create, writeInPlace, renameOver, renameAway, delete, rights, link
    }

    @Test(arguments: Change.allCases) func sees(change: Change) throws {
      let scratch = Scratch()
      let outside = Scratch()
      scratch.write("old")
      outside.write("new")
      let file = "\(scratch.path)/old"
      let loop = try EventLoop()
      let seen = Counter()
      let watch = try loop.watchDirectory(scratch.path) { _ in seen.count += 1 }
      switch change {
      case .create: scratch.write("other")
      case .writeInPlace: scratch.write("old", "different")
      case .renameOver: #expect(unsafe rename("\(outside.path)/new", file) == 0)
      case .renameAway: #expect(unsafe rename(file, "\(outside.path)/gone") == 0)
      case .delete: unsafe unlink(file)
      case .rights: unsafe chmod(file, 0o600)
      case .link: unsafe symlink("old", "\(scratch.path)/link")
      }
      try loop.wait { seen.count > 0 }
      #expect(!watch.isLost)
      watch.cancel()
    }

    @Test func saysThatTheDirectoryWasDeleted() throws {
      let scratch = Scratch()
      let path = "\(scratch.path)/d"
      unsafe mkdir(path, 0o755)
      let loop = try EventLoop()
      let seen = Counter()
      let watch = try loop.watchDirectory(path) { _ in seen.count += 1 }
      unsafe rmdir(path)
      try loop.wait { watch.isLost }
      #expect(seen.count > 0)
    }

    @Test func saysThatTheDirectoryWasMovedAway() throws {
      let scratch = Scratch()
      let path = "\(scratch.path)/d"
      unsafe mkdir(path, 0o755)
      let loop = try EventLoop()
      let watch = try loop.watchDirectory(path) { _ in }
      #expect(unsafe rename(path, "\(scratch.path)/e") == 0)
      try loop.wait { watch.isLost }
    }

    @Test func isSilentAfterCancel() throws {
      let scratch = Scratch()
      let loop = try EventLoop()
      let seen = Counter()
      let watch = try loop.watchDirectory(scratch.path) { _ in seen.count += 1 }
      let other = try loop.watchDirectory(scratch.path) { _ in seen.values.append("other") }
      watch.cancel()
      scratch.write("file")
      try loop.wait { !seen.values.isEmpty }
      #expect(seen.count == 0)
      other.cancel()
    }

    @Test func canCancelItselfWhileItIsTold() throws {
      let scratch = Scratch()
      let loop = try EventLoop()
      let seen = Counter()
      var watch: DirectoryWatch?
      watch = try loop.watchDirectory(scratch.path) { _ in
        seen.count += 1
        watch?.cancel()
        watch = nil
      }
      scratch.write("one")
      scratch.write("two")
      try loop.wait { seen.count == 1 }
      try loop.drain()
      #expect(seen.count == 1)
      #expect(watch == nil)
    }

    @Test func saysWhyADirectoryCannotBeWatched() throws {
      let loop = try EventLoop()
      let scratch = Scratch()
      scratch.write("file")
      let missing = #expect(throws: SystemdError.self) {
        _ = try loop.watchDirectory("\(scratch.path)/missing") { _ in }
      }
      #expect(missing?.code == ENOENT)
      let file = #expect(throws: SystemdError.self) {
        _ = try loop.watchDirectory("\(scratch.path)/file") { _ in }
      }
      #expect(file?.code == ENOTDIR)
    }
  }
}
