import Files
import Glibc
import Systemd
import Testing

@testable import Watchers

@Suite struct PathWatcherTests {
  let host: Host

  init() throws { host = try Host() }

  /// Afterwards the watch holds: what comes later is seen too.
  func followsOn(_ follower: Follower) throws {
    try host.run("echo newer >t.1; mv t.1 \"$(readlink -f '\(follower.path)')\"")
    try follower.expect("newer\n")
    try host.run("echo newest >'\(follower.path)'")
    try follower.expect("newest\n")
  }

  @Test(arguments: Save.all) func sees(save: Save) throws {
    if let tool = save.tool, !Host.has(tool) { return }
    try host.run(save.before)
    let follower = try Follower("\(host.root)/\(save.path)")
    let first = follower.truth
    try host.run(save.change)
    try follower.expect("new\n")
    #expect(follower.seen.allSatisfy { $0 == first || $0 == nil || $0 == "new\n" })
    try followsOn(follower)
  }

  @Test func aRenameIsToldWithoutWaiting() throws {
    try host.run("mkdir d; echo old >d/f")
    let follower = try Follower("\(host.root)/d/f", quietMicroseconds: 3_600_000_000)
    try host.run("echo new >d/t; mv d/t d/f")
    try follower.expect("new\n")
  }

  @Test(arguments: [
    "printf ne >d/f", "rm d/f", "mv d/f d/f~", "rm -r d", "ln -sf t d/t2; rm d/f; ln -s t2 d/f",
  ])
  func aChangeInProgressIsNotTold(change: String) throws {
    try host.run("mkdir d; echo old >d/f")
    let follower = try Follower("\(host.root)/d/f", quietMicroseconds: 3_600_000_000)
    try host.run(change)
    try follower.takeIn()
    #expect(follower.seen == ["old\n"])
    // A rename ends it, but for a folder that is only being made.
    guard change != "rm -r d" else { return }
    try host.run("echo new >d/z; mv -T d/z d/f")
    try follower.expect("new\n")
    #expect(Set(follower.seen) == ["old\n", "new\n"])
  }

  @Test func aConstantWriterIsNotWaitedForForEver() throws {
    try host.run("mkdir d; echo old >d/f")
    let follower = try Follower(
      "\(host.root)/d/f", quietMicroseconds: 40_000, longest: 40_000)
    var number = 0
    var timer: Timer?
    timer = try follower.loop.timer(.boottime) {
      guard follower.seen.count < 3 else { return }
      number += 1
      try? host.overwrite("\(number)\n", in: "d/f")
      timer?.arm(atMicroseconds: Clock.boottimeMicroseconds() + 500, accuracyMicroseconds: 1)
    }
    timer?.arm(atMicroseconds: 0)
    try follower.loop.wait { follower.seen.count >= 3 }
    timer?.cancel()
    try follower.expect("\(number)\n")
  }

  @Test func aFullQueueMeansThatEverythingIsLookedAtAgain() throws {
    try host.run("mkdir -p d o; echo old >d/f; echo 1 >d/g")
    let follower = try Follower("\(host.root)/d/f")
    let limit = try FileSystem.read("/proc/sys/fs/inotify/max_queued_events", limit: 100)
    let most = try #require(Int(String(decoding: limit.dropLast(), as: UTF8.self)))
    // Events that are alike are merged, so two names take turns.
    for _ in 0...most / 2 {
      unsafe chmod("\(host.root)/d/f", 0o644)
      unsafe chmod("\(host.root)/d/g", 0o644)
    }
    // The end of this watch is lost too, and the new folder may have the number of the old one.
    try host.run("rm -r d; mkdir d; echo new >d/f")
    try follower.expect("new\n")
    try followsOn(follower)
  }

  @Test(.enabled(if: Host.mayMount)) func seesWhatIsMountedOverIt() throws {
    try host.run("mkdir -p a/b n; echo old >a/b/f; mkdir n/b; echo new >n/b/f")
    let follower = try Follower("\(host.root)/a/b/f")
    try host.run("mount --bind n a")
    defer { try? host.run("for m in a/b/f a/b a; do umount -l $m 2>/dev/null || :; done") }
    try follower.expect("new\n")
    try followsOn(follower)
    try unmount("a", follower)
    try follower.expect("old\n")
    try host.run("mount --bind n/b/f a/b/f")
    try follower.expect("newest\n")
    try unmount("a/b/f", follower)
    try follower.expect("old\n")
    try host.run("mount -t tmpfs none a/b; echo new >a/b/f")
    try follower.expect("new\n")
    try unmount("a/b", follower)
    try follower.expect("old\n")
  }

  /// A watch does not keep a file system busy, but for the turn of the loop in which it is made.
  func unmount(_ path: String, _ follower: Follower) throws {
    try follower.takeIn()
    try host.run("umount \(path)")
  }

  @Test(.enabled(if: Host.mayMount)) func seesAWriteThroughABindMount() throws {
    try host.run("mkdir d o; echo old >d/f; mount --bind d o")
    defer { try? host.run("umount -l o") }
    let follower = try Follower("\(host.root)/d/f")
    try host.run("echo new >o/f")
    try follower.expect("new\n")
  }

  @Test func forgetsWhatIsNotFollowedAnyMore() throws {
    try host.run("echo 1 >a; echo 1 >b")
    let (loop, told) = (try EventLoop(), Told<String>())
    let watcher = try PathWatcher(loop: loop, quietMicroseconds: 2_000) { told.values += $0 }
    watcher.follow(["\(host.root)/a", "\(host.root)/b"])
    watcher.follow(["\(host.root)/b"])
    try host.run("echo 2 >a; echo 2 >b")
    try loop.wait { told.values.contains("\(host.root)/b") }
    #expect(Set(told.values) == ["\(host.root)/b"])
    #expect(watcher.refused.isEmpty)
  }
}

extension Host {
  /// Whether this process may mount below its temporary folders.
  static let mayMount: Bool = {
    guard getuid() == 0, let host = try? Host(folders: ["a", "b"]) else { return false }
    let mounted = unsafe mount("\(host.root)/a", "\(host.root)/b", nil, UInt(MS_BIND), nil)
    guard mounted == 0 else { return false }
    return unsafe umount("\(host.root)/b") == 0
  }()
}
