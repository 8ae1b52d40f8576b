import Glibc
import Testing

@testable import Systemd

extension SystemdTests {
  @Suite struct EventLoopTests {
    @Test func endsWithTheCodeOfExit() throws {
      let loop = try EventLoop()
      loop.post { loop.exit(7) }
      #expect(try loop.run() == 7)
    }

    @Test func runsWhatIsPostedInOrderAndOnce() throws {
      let loop = try EventLoop()
      let seen = Counter()
      loop.post {
        seen.values.append("first")
        loop.post { seen.values.append("third") }
      }
      loop.post { seen.values.append("second") }
      try loop.wait { seen.values.count == 3 }
      #expect(seen.values == ["first", "second", "third"])
      try loop.drain()
      #expect(seen.values.count == 3)
    }

    @Test func callsAfterEachOnceForEventsThatCameTogether() throws {
      let loop = try EventLoop()
      let seen = Counter()
      let one = try loop.timer(.boottime) { seen.values.append("event") }
      let two = try loop.timer(.realtime) { seen.values.append("event") }
      try loop.afterEach { seen.values.append("plan") }
      one.arm(atMicroseconds: 0)
      two.arm(atMicroseconds: 0)
      try loop.wait { seen.values.last == "plan" && seen.values.count >= 3 }
      #expect(seen.values == ["event", "event", "plan"])
    }

    @Test(arguments: [Clock.realtime, .boottime]) func firesATimerOnceForEachArm(
      clock: Clock
    ) throws {
      let loop = try EventLoop()
      let seen = Counter()
      let timer = try loop.timer(clock) { seen.count += 1 }
      timer.arm(atMicroseconds: 1)
      try loop.wait { seen.count == 1 }
      try loop.drain()
      #expect(seen.count == 1)
      timer.arm(atMicroseconds: 1)
      try loop.wait { seen.count == 2 }
    }

    @Test func neverFiresADisarmedOrUnarmedTimer() throws {
      let loop = try EventLoop()
      let seen = Counter()
      let unarmed = try loop.timer(.boottime) { seen.values.append("unarmed") }
      let disarmed = try loop.timer(.boottime) { seen.values.append("disarmed") }
      disarmed.arm(atMicroseconds: 1)
      disarmed.disarm()
      let last = try loop.timer(.boottime) { seen.values.append("last") }
      last.arm(atMicroseconds: 2)
      try loop.wait { !seen.values.isEmpty }
      #expect(seen.values == ["last"])
      unarmed.cancel()
    }

    @Test func tellsASignalSentToThisThread() throws {
      let loop = try EventLoop()
      let seen = Counter()
      let source = try loop.onSignal(SIGUSR1) { seen.count += 1 }
      pthread_kill(pthread_self(), SIGUSR1)
      try loop.wait { seen.count == 1 }
      source.cancel()
    }

    @Test func refusesASignalThatDoesNotExist() throws {
      let loop = try EventLoop()
      #expect(throws: SystemdError.self) { _ = try loop.onSignal(4_000) {} }
    }

    @Test func tellsWhatADescriptorIsReadyFor() throws {
      let loop = try EventLoop()
      var ends: [Int32] = [-1, -1]
      unsafe #expect(pipe(&ends) == 0)
      defer { close(ends[0]) }
      var events: [IOEvents] = []
      let source = try loop.onIO(ends[0], events: .readable) { events.append($0) }
      _ = unsafe write(ends[1], "x", 1)
      try loop.wait { !events.isEmpty }
      #expect(events == [.readable])
      source.setEvents([])
      close(ends[1])
      try loop.wait { events.count > 1 }
      #expect(events.last?.contains(.hangup) == true)
      source.cancel()
    }

    @Test func releasesTheHandlerOfASourceThatCancelsItself() throws {
      let loop = try EventLoop()
      var token: Counter? = Counter()
      weak let released = token
      var source: IOSource?
      var ends: [Int32] = [-1, -1]
      unsafe #expect(pipe(&ends) == 0)
      defer { ends.forEach { close($0) } }
      source = try loop.onIO(ends[1], events: .writable) { [token] _ in
        source?.cancel()
        source = nil
        token?.count += 1
      }
      let seen = token
      try loop.wait { seen?.count == 1 }
      token = nil
      #expect(released?.count == 1)
      #expect(source == nil)
      try loop.drain()
      #expect(seen?.count == 1)
    }

    @Test func releasesHandlersWithTheirSources() throws {
      let loop = try EventLoop()
      weak var released: Counter?
      do {
        let token = Counter()
        released = token
        let timer = try loop.timer(.boottime) { token.count += 1 }
        #expect(released != nil)
        timer.cancel()
      }
      #expect(released == nil)
    }

    @Test func releasesTheHandlerWhenASourceCannotBeMade() throws {
      let loop = try EventLoop()
      weak var released: Counter?
      do {
        let token = Counter()
        released = token
        #expect(throws: SystemdError.self) {
          _ = try loop.onIO(-1, events: .readable) { _ in token.count += 1 }
        }
      }
      #expect(released == nil)
    }

    @Test func watchesTheClockWithoutFiringByItself() throws {
      let loop = try EventLoop()
      let seen = Counter()
      let source = try loop.onClockChange { seen.count += 1 }
      try loop.drain()
      #expect(seen.count == 0)
      source.cancel()
    }

    @Test func feedsTheWatchdogFromTheLoop() throws {
      let socket = try NotifySocket()
      unsafe setenv("WATCHDOG_USEC", "10000", 1)
      unsafe setenv("WATCHDOG_PID", "\(getpid())", 1)
      defer {
        unsafe unsetenv("WATCHDOG_USEC")
        unsafe unsetenv("WATCHDOG_PID")
      }
      let loop = try EventLoop()
      try loop.enableWatchdog()
      var messages: [String] = []
      let source = try loop.onIO(socket.descriptor, events: .readable) { _ in
        messages.append(socket.receive())
      }
      try loop.wait { messages.count >= 2 }
      #expect(messages.allSatisfy { $0.hasPrefix("WATCHDOG=1") })
      source.cancel()
    }

    @Test func namesTheCallThatFailed() throws {
      let error = #expect(throws: SystemdError.self) { try check(-ENOENT, "sd_event_new") }
      #expect(error?.code == ENOENT)
      #expect("\(try #require(error))" == "sd_event_new: No such file or directory")
    }
  }
}
