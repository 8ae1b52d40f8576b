import Glibc
import Testing

@testable import Systemd

extension SystemdTests {
  /// One loop, one bus, one manager, and what the manager told.
  final class World {
    let loop: EventLoop
    let bus = PrivateBus()
    let manager: Manager
    private(set) var told: [String] = []
    private(set) var outcomes: [JobOutcome] = []

    init() throws {
      loop = try EventLoop()
      manager = Manager(loop: loop, address: bus.address)
      manager.onConnected = { [unowned self] in told.append("connected") }
      manager.onDisconnected = { [unowned self] _ in told.append("disconnected") }
      manager.onReloaded = { [unowned self] in told.append("reloaded") }
      manager.onUnitChanged = { [unowned self] in told.append("changed \($0)") }
    }

    /// A bus with a systemd that the manager is connected to.
    func connected() throws -> FakeSystemd {
      try bus.start(loop)
      let fake = try FakeSystemd(bus.address, loop)
      try fake.takeName()
      manager.connect()
      try loop.wait { manager.isConnected }
      return fake
    }

    func restart(timeoutSeconds: Int = 10 * patience) {
      manager.restart(unit: "some.service", timeoutSeconds: timeoutSeconds) { [unowned self] in
        outcomes.append($0)
      }
    }

    /// The one outcome, after a look for a second one.
    func outcome() throws -> JobOutcome? {
      try loop.wait { !outcomes.isEmpty }
      try loop.drain()
      #expect(outcomes.count == 1)
      return outcomes.first
    }

    /// Waits until the bus knows all that was said to it: it reads in order.
    func settle() throws { try manager.waitForDaemonReload() }

    /// The manager's name on the bus, which is the newest but for the fakes made after it.
    func managerName() throws -> String {
      let method = BusMethod(
        destination: BusNames.bus, path: BusNames.busPath, interface: BusNames.bus,
        member: "ListNames")
      let names: Result<[String], SystemdError> = try manager.wait(timeoutSeconds: patience) {
        manager.call(
          method, [], timeoutSeconds: patience,
          read: { message throws(SystemdError) in try message.readStrings() }, completion: $0)
      }
      return try #require(try names.get().filter { $0.hasPrefix(":") }.sorted().last)
    }
  }

  @Suite(.enabled(if: PrivateBus.isInstalled, "needs dbus-daemon")) struct ManagerTests {
    @Test func waitsForABusThatIsNotThereYet() throws {
      let world = try World()
      world.manager.connect()
      #expect(world.told == ["disconnected"])
      world.restart()
      guard case .noAnswer? = try world.outcome() else { return #expect(Bool(false)) }
      try world.bus.start(world.loop)
      let fake = try FakeSystemd(world.bus.address, world.loop)
      try fake.takeName()
      try world.loop.wait { world.manager.isConnected }
      #expect(world.told == ["disconnected", "connected"])
      #expect(fake.calls == ["Subscribe"])
    }

    @Test func refusesWhileTheBusHasNoSystemdAndFindsItLater() throws {
      let world = try World()
      try world.bus.start(world.loop)
      world.manager.connect()
      try world.loop.wait { !world.told.isEmpty }
      #expect(world.told == ["disconnected"])
      world.restart()
      guard case .refused(let error)? = try world.outcome() else { return #expect(Bool(false)) }
      #expect(error.name?.hasPrefix("org.freedesktop.DBus.Error.") == true)
      let fake = try FakeSystemd(world.bus.address, world.loop)
      try fake.takeName()
      try world.loop.wait { world.manager.isConnected }
      #expect(world.told == ["disconnected", "connected"])
    }

    @Test(arguments: [true, false]) func tellsTheResultOfAJob(beforeTheAnswer: Bool) throws {
      let world = try World()
      let fake = try world.connected()
      fake.job = beforeTheAnswer ? .endsBeforeTheAnswer("failed") : .ends("failed")
      world.restart()
      #expect(try world.outcome() == .finished(result: "failed"))
    }

    @Test func tellsWhoRefused() throws {
      let world = try World()
      let fake = try world.connected()
      fake.job = .isRefused
      world.restart()
      guard case .refused(let error)? = try world.outcome() else { return #expect(Bool(false)) }
      #expect(error.name == "org.freedesktop.systemd1.NoSuchUnit")
      #expect(error.reason == "refused by the test")
      #expect(error.operation == "RestartUnit")
    }

    /// What was not begun has no status but that of the run before.
    @Test(arguments: [
      (FakeSystemd.Job.ends("failed"), "no space left"), (.ends("done"), ""), (.isRefused, ""),
    ])
    func asksAUnitWhyItFailedAndNoOther(job: FakeSystemd.Job, status: String) throws {
      let world = try World()
      let fake = try world.connected()
      (fake.job, fake.status) = (job, "no space left")
      let start: UnitStart = try world.manager.wait(timeoutSeconds: patience) {
        world.manager.startAndAsk(
          unit: "some.service", timeoutSeconds: patience, completion: $0)
      }
      #expect(start.status == status)
      #expect(fake.calls.contains("GetAll") == !status.isEmpty)
    }

    @Test func givesUpOnAJobThatDoesNotEnd() throws {
      let world = try World()
      let fake = try world.connected()
      world.restart(timeoutSeconds: 1)
      guard case .noAnswer? = try world.outcome() else { return #expect(Bool(false)) }
      fake.sendJobRemoved("done")
      try world.loop.wait { world.told.count == 1 }
      _ = try world.outcome()
    }

    @Test func survivesTheEndOfTheBus() throws {
      let world = try World()
      var fake: FakeSystemd? = try world.connected()
      world.manager.watch(unit: "some.service")
      world.restart()
      try world.loop.wait { fake?.calls.contains("RestartUnit") == true }
      fake = nil
      world.bus.stop()
      guard case .noAnswer? = try world.outcome() else { return #expect(Bool(false)) }
      try world.loop.wait { world.told.count == 2 }
      #expect(world.told == ["connected", "disconnected"])
      #expect(!world.manager.isConnected)
      try world.bus.start(world.loop)
      let next = try FakeSystemd(world.bus.address, world.loop)
      try next.takeName()
      try world.loop.wait { world.manager.isConnected }
      try next.sendChanged("some.service")
      try world.loop.wait { world.told.last == "changed some.service" }
    }

    @Test func looksAgainWhenSystemdIsExecutedAnew() throws {
      let world = try World()
      let fake = try world.connected()
      world.restart()
      try world.loop.wait { fake.calls.contains("RestartUnit") }
      try fake.leaveName()
      try fake.takeName()
      // The job is not known any more, and no JobRemoved comes.
      guard case .noAnswer? = try world.outcome() else { return #expect(Bool(false)) }
      #expect(world.told == ["connected", "reloaded"])
      #expect(fake.calls.filter { $0 == "Subscribe" }.count == 2)
    }

    @Test func looksAgainAfterAReload() throws {
      let world = try World()
      let fake = try world.connected()
      fake.sendReloaded()
      try world.loop.wait { world.told == ["connected", "reloaded"] }
    }

    @Test func believesNobodyButSystemd() throws {
      let world = try World()
      let name = try {
        _ = try world.bus.start(world.loop)
        world.manager.connect()
        try world.loop.wait { !world.told.isEmpty }
        return try world.managerName()
      }()
      let fake = try FakeSystemd(world.bus.address, world.loop)
      try fake.takeName()
      try world.loop.wait { world.manager.isConnected }
      let forger = try FakeSystemd(world.bus.address, world.loop)
      world.restart()
      try world.loop.wait { fake.calls.contains("RestartUnit") }
      forger.sendReloaded(to: name)
      forger.sendJobRemoved("done", to: name)
      // A call of the forger that was answered proves that its signals have passed the bus.
      #expect(throws: SystemdError.self) { try forger.leaveName() }
      try world.loop.drain()
      fake.sendJobRemoved("failed", to: name)
      #expect(try world.outcome() == .finished(result: "failed"))
      #expect(!world.told.contains("reloaded"))
    }

    @Test func readsPropertiesAndKnowsAUnitByItsPrimaryName() throws {
      let world = try World()
      let fake = try world.connected()
      fake.unitID = "primary.service"
      world.manager.watch(unit: "alias.service")
      let properties = try world.manager.waitForProperties(of: "alias.service")
      #expect(properties.id == "primary.service")
      #expect(properties.activeState == "active")
      // It may have changed before the bus knew of the other name.
      try world.loop.wait { world.told == ["connected", "changed alias.service"] }
      try world.settle()
      try fake.sendChanged("primary.service")
      try world.loop.wait { world.told.count == 3 }
      #expect(world.told.last == "changed alias.service")
      // Known by now: looking does not cause the next look.
      _ = try world.manager.waitForProperties(of: "alias.service")
      try world.loop.drain()
      #expect(world.told.count == 3)
    }

    @Test func asksForTheScopeThatIsWanted() throws {
      let world = try World()
      let fake = try world.connected()
      var answered = 0
      world.manager.properties(of: "a.service", scope: .anyUnit) { _ in answered += 1 }
      world.manager.properties(of: "a.service") { _ in answered += 1 }
      try world.loop.wait { answered == 2 }
      #expect(fake.interfaces == ["org.freedesktop.systemd1.Unit", ""])
    }

    @Test func tellsAgainOfAWatchedUnitWhoseQuestionWasNotAnswered() throws {
      let world = try World()
      _ = try world.connected()
      world.manager.watch(unit: "a.service")
      world.manager.tellAgain(unit: "a.service")
      world.manager.tellAgain(unit: "never.service")
      try world.loop.wait { world.told.count == 2 }
      #expect(world.told == ["connected", "changed a.service"])
    }

    @Test func asksForARestartOfWhatRuns() throws {
      let world = try World()
      let fake = try world.connected()
      fake.job = .ends("done")
      var outcome: JobOutcome?
      world.manager.tryRestart(unit: "a.service", timeoutSeconds: 10) { outcome = $0 }
      try world.loop.wait { outcome != nil }
      #expect(fake.calls.last == "TryRestartUnit")
    }

    @Test func tellsNothingOfAUnitThatIsNotWatchedAnyMore() throws {
      let world = try World()
      let fake = try world.connected()
      world.manager.watch(unit: "a.service")
      world.manager.watch(unit: "b.service")
      world.manager.unwatch(unit: "a.service")
      try world.settle()
      try fake.sendChanged("a.service")
      try fake.sendChanged("b.service")
      try world.loop.wait { world.told.count == 2 }
      #expect(world.told == ["connected", "changed b.service"])
    }

    @Test func watchesMoreUnitsThanTheBusAllowsRules() throws {
      let world = try World()
      let fake = try world.connected()
      for number in 0..<600 { world.manager.watch(unit: "unit-\(number).service") }
      try world.settle()
      try fake.sendChanged("unit-599.service")
      try world.loop.wait { world.told.count == 2 }
      #expect(world.told == ["connected", "changed unit-599.service"])
    }

    @Test func releasesAQuestionWithItsAnswer() throws {
      let world = try World()
      _ = try world.connected()
      weak var released: Counter?
      do {
        let token = Counter()
        released = token
        world.manager.daemonReload { _ in token.count += 1 }
        try world.loop.wait { token.count == 1 }
      }
      try world.loop.drain()
      #expect(released == nil)
    }

    @Test func saysToACommandWhySystemdDoesNotAnswer() throws {
      let world = try World()
      let error = #expect(throws: SystemdError.self) {
        try world.manager.connectAndWait(timeoutSeconds: patience)
      }
      #expect(error?.code == ENOENT)
    }
  }
}
