import Planner
import Systemd
import Testing

@testable import Watchers

@Suite struct ClockWatcherTests {
  @Test func saysWhatTheClocksSay() {
    let before = Int(Clock.realtimeMicroseconds() / 1_000_000)
    let facts = ClockWatcher.facts(builtAt: 5, synchronised: true)
    let after = Int(Clock.realtimeMicroseconds() / 1_000_000)
    #expect((before...after).contains(facts.realtime))
    #expect(facts.boottime > 0)
    #expect(facts.builtAt == 5)
    #expect(facts.synchronised == true)
    #expect(ClockWatcher.facts(builtAt: 0, synchronised: nil).synchronised == nil)
  }

  @Test(arguments: [Int.min, -1, 0, 1]) func wakesForAMomentThatIsPast(seconds: Seconds) throws {
    let loop = try EventLoop()
    let told = Told<Void>()
    let watcher = try ClockWatcher(
      loop: loop, onMoment: { told.values.append(()) }, onSet: {})
    watcher.wake(in: seconds)
    try loop.wait { !told.values.isEmpty }
    #expect(told.values.count == 1)
  }

  @Test func onlyTheLastMomentCounts() throws {
    let loop = try EventLoop()
    let told = Told<Void>()
    let watcher = try ClockWatcher(
      loop: loop, onMoment: { told.values.append(()) }, onSet: {})
    watcher.wake(in: Int.max)
    watcher.wake(in: 1)
    try loop.wait { !told.values.isEmpty }
    #expect(told.values.count == 1)
  }
}
