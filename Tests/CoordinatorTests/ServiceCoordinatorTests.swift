import Files
import Generations
import Planner
import Systemd
import Testing

@testable import Coordinator

@Suite struct ServiceCoordinatorTests {
  let scratch: Scratch
  let paths: HostPaths
  let loop: EventLoop
  let said = Told<Announcer.Entry>()
  let finished = Told<Void>()

  init() throws {
    scratch = try Scratch()
    paths = HostPaths(root: scratch.path)
    for folder in [
      "var/lib/supervisord-ec/console", "run/supervisord-ec/requests", "etc/supervisord-ec",
    ] {
      try scratch.folder(folder)
    }
    loop = try EventLoop()
  }

  func coordinator() -> ServiceCoordinator {
    let said = said
    let finished = finished
    return ServiceCoordinator(
      name: "console", paths: paths,
      performer: Performer(loop: loop, manager: Manager(loop: loop), paths: paths),
      announcer: Announcer { said.values.append($0) }
    ) { _ in finished.values.append(()) }
  }

  /// Code and text of every notice that was raised or cleared so far.
  var notices: [String] {
    said.values.compactMap { entry in
      entry.fields["SUPERVISORD_EC_NOTICE"].map { code in
        entry.messageID == MessageID.events["notice-cleared"] ? "\(code) over" : code
      }
    }
  }

  func report() throws -> StatusReport { try StatusFile.read(paths.status(of: "console")) }

  var stateStamp: String? { FileSystem.stamp("\(paths.state)/console/state.json") }

  @Test func saysANoticeOnceWhenItComesAndOnceWhenItGoes() throws {
    let coordinator = coordinator()
    for second in 0..<3 {
      coordinator.consider(
        observation(at: start + second, unit: .masked), origins: [:], mayAct: false)
    }
    #expect(notices == ["unit-masked"])
    #expect(try report().notices.map(\.since) == ["2026-03-01T06:30:00Z"])
    for second in 3..<5 {
      coordinator.consider(observation(at: start + second), origins: [:], mayAct: false)
    }
    #expect(notices == ["unit-masked", "unit-masked over"])
    #expect(try report().notices.isEmpty)
    coordinator.consider(
      observation(at: start + 9, unit: .masked), origins: [:], mayAct: false)
    #expect(notices.last == "unit-masked")
    #expect(try report().notices.map(\.since) == ["2026-03-01T06:30:09Z"])
  }

  @Test func anEntryHasItsIDAndFields() throws {
    coordinator().consider(observation(unit: .masked), origins: [:], mayAct: false)
    let entry = try #require(said.values.first)
    #expect(entry.messageID == MessageID.notices["unit-masked"])
    #expect(entry.priority == .warning)
    #expect(entry.message.hasPrefix("console: \(adoption.unit) is masked"))
    #expect(
      entry.fields == [
        "SUPERVISORD_EC_SERVICE": "console", "UNIT": adoption.unit,
        "SUPERVISORD_EC_GENERATION": "1", "SUPERVISORD_EC_NOTICE": "unit-masked",
        "SUPERVISORD_EC_CERTIFICATE_SHA256": String(repeating: "a", count: 64),
        "SUPERVISORD_EC_NOT_AFTER": "2027-03-01T06:30:00Z",
      ])
  }

  @Test func anErrorWithOtherWordsIsSaidAgain() throws {
    let coordinator = coordinator()
    for problem in ["one", "one", "two"] {
      var look = observation()
      look.settings = SettingsFacts(outcome: .invalid([problem]), digest: problem)
      coordinator.consider(look, origins: [:], mayAct: false)
    }
    #expect(notices == ["settings-invalid", "settings-invalid"])
  }

  @Test func performsOneStepAtATimeAndTellsItsEnd() throws {
    let coordinator = coordinator()
    let look = observation(ratchet: Ratchet(), current: nil, lastGood: nil)
    coordinator.consider(look, origins: [:], mayAct: true)
    #expect(coordinator.isBusy)
    coordinator.consider(look, origins: [:], mayAct: true)
    try loop.wait { !finished.values.isEmpty }
    try loop.drain()
    #expect(finished.values.count == 1)
    #expect(!coordinator.isBusy)
    let ratchet = try RatchetStore(root: paths.state).read(unit: adoption.unit)
    #expect(ratchet == Ratchet(firstSeen: start))
    #expect(said.values.map(\.messageID) == [MessageID.events["first-sight"]])
  }

  @Test func doesNotActWhenItMayNot() throws {
    let coordinator = coordinator()
    let look = observation(ratchet: Ratchet(), current: nil, lastGood: nil)
    coordinator.consider(look, origins: [:], mayAct: false)
    try loop.drain()
    #expect(coordinator.plan?.step == .recordFirstSight(at: start))
    #expect(!coordinator.isBusy)
    #expect(finished.values.isEmpty)
    #expect(try report().plan.steps.first != nil)
  }

  @Test func writesItsMemoryOnlyWhenItChanges() throws {
    let coordinator = coordinator()
    coordinator.consider(observation(), origins: [:], mayAct: false)
    let first = try #require(stateStamp)
    for second in [1, 60, 3_599] {
      coordinator.consider(observation(at: start + second), origins: [:], mayAct: false)
      #expect(stateStamp == first)
    }
    // The clock alone is written once an hour.
    coordinator.consider(observation(at: start + 3_600), origins: [:], mayAct: false)
    let second = stateStamp
    #expect(second != first)
    coordinator.consider(observation(at: start + 3_601, unit: .masked), origins: [:], mayAct: false)
    #expect(stateStamp != second)
  }

  @Test func writesTheStatusOnlyWhenItChanges() throws {
    let coordinator = coordinator()
    coordinator.consider(observation(at: start + 1, unit: .inactive), origins: [:], mayAct: false)
    let first = FileSystem.stamp(paths.status(of: "console"))
    coordinator.consider(observation(at: start + 2, unit: .inactive), origins: [:], mayAct: false)
    #expect(FileSystem.stamp(paths.status(of: "console")) == first)
    coordinator.consider(
      observation(at: start + 2, unit: .inactive), origins: ["unit": "/a"], mayAct: false)
    #expect(FileSystem.stamp(paths.status(of: "console")) != first)
  }

  @Test func remembersAcrossItsOwnRestart() throws {
    let first = coordinator()
    first.consider(observation(unit: .masked), origins: [:], mayAct: false)
    let second = coordinator()
    #expect(second.memory == first.memory)
    #expect(second.memory.lastValidSettings == settings)
    second.consider(observation(at: start + 60, unit: .masked), origins: [:], mayAct: false)
    #expect(try report().notices.map(\.since) == ["2026-03-01T06:30:00Z"])
  }

  @Test func aDamagedMemoryIsSaidAndBegunAnew() throws {
    try scratch.write("{", to: "var/lib/supervisord-ec/console/state.json")
    let coordinator = coordinator()
    #expect(coordinator.memory == ServiceState())
    #expect(said.values.first?.fields["SUPERVISORD_EC_TROUBLE"] == "state-unreadable")
    coordinator.consider(observation(), origins: [:], mayAct: false)
    coordinator.consider(observation(at: start + 1), origins: [:], mayAct: false)
    #expect(notices == [])
    let saved = try ServiceStore(root: paths.state, name: "console").readState(ServiceState.self)
    #expect(saved?.lastValidSettings == settings)
  }

  @Test func aMemoryThatCannotBeWrittenIsTriedAgainLaterAndNotAtOnce() throws {
    let place = "\(paths.state)/console/state.json"
    try FileSystem.makeDirectory(place)
    let coordinator = coordinator()
    coordinator.consider(observation(), origins: [:], mayAct: false)
    #expect(coordinator.wakeAt == start + Limits.firstRetry)
    try FileSystem.removeTree(place)
    coordinator.consider(observation(at: start + 1), origins: [:], mayAct: false)
    #expect(!FileSystem.exists(place))
    #expect(Set(notices) == ["state-not-written"])
    coordinator.consider(
      observation(at: start + Limits.firstRetry), origins: [:], mayAct: false)
    #expect(FileSystem.exists(place))
    // It is over at once, not at the next look, which may be a day away.
    #expect(try report().notices.isEmpty)
    #expect(notices == ["state-not-written", "state-not-written over"])
  }

  @Test func whoAsksForALookAtEverythingNeedNotWait() throws {
    let place = "\(paths.state)/console/state.json"
    try FileSystem.makeDirectory(place)
    let coordinator = coordinator()
    coordinator.consider(observation(), origins: [:], mayAct: false)
    try FileSystem.removeTree(place)
    coordinator.lookAnew()
    coordinator.consider(observation(at: start + 1), origins: [:], mayAct: false)
    #expect(FileSystem.exists(place))
  }

  @Test func aStatusThatCannotBeWrittenIsSaidOnceAndTriedAgainLater() throws {
    let place = paths.status(of: "console")
    try FileSystem.makeDirectory(place)
    let coordinator = coordinator()
    for second in 0..<20 {
      coordinator.consider(observation(at: start + second), origins: [:], mayAct: false)
    }
    let troubles = said.values.compactMap { $0.fields["SUPERVISORD_EC_TROUBLE"] }
    #expect(troubles == ["status-not-written"])
    // At 0, 5 and 15 s; then after 20 s more.
    #expect(coordinator.wakeAt == start + 35)
    try FileSystem.removeTree(place)
    coordinator.consider(observation(at: start + 35), origins: [:], mayAct: false)
    #expect(try report().name == "console")
  }

  @Test func theMemoryOfANewerProgramIsLeftUntouched() throws {
    let newer = "{\"version\": 99}"
    try scratch.write(newer, to: "var/lib/supervisord-ec/console/state.json")
    let coordinator = coordinator()
    coordinator.consider(observation(), origins: [:], mayAct: false)
    coordinator.consider(observation(at: start + 1), origins: [:], mayAct: false)
    #expect(notices == ["state-not-written"])
    #expect(try scratch.read("var/lib/supervisord-ec/console/state.json") == newer)
  }

  @Test func keepsNoMemoryForAServiceThatNobodyAdopted() throws {
    let coordinator = coordinator()
    var look = observation(current: nil, lastGood: nil)
    look.adoption = nil
    coordinator.consider(look, origins: [:], mayAct: true)
    #expect(stateStamp == nil)
    #expect(try report().state == "not-adopted")
  }

  /// One line for a refusal, with what to do: that of the notice.
  @Test func aRefusalIsSaidOnceHoweverOftenItIsTried() throws {
    var memory = ServiceState()
    memory.committed = [1]
    try ServiceStore(root: paths.state, name: "console").writeState(memory)
    let coordinator = coordinator()
    var moved = settings
    moved.channels[0].httpsPort = 8384
    var look = observation()
    look.settings = SettingsFacts(outcome: .valid(moved), digest: "moved")
    for attempt in 1...3 {
      look.clock.realtime += 600
      look.clock.boottime += 600
      coordinator.consider(look, origins: [:], mayAct: true)
      try loop.wait { finished.values.count == attempt }
      coordinator.consider(look, origins: [:], mayAct: false)
    }
    #expect(said.values.map(\.messageID) == [MessageID.notices["stage-failed"]])
    #expect(said.values.first?.message.contains("supervisord-ec plan console") == true)
  }
}
