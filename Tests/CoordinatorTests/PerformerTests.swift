import Files
import Generations
import Planner
import Systemd
import Testing

@testable import Coordinator

/// The steps that are only files, on a root of their own; the bus is never connected.
@Suite struct PerformerTests {
  let home: Home
  let loop: EventLoop
  let performer: Performer

  var scratch: Scratch { home.scratch }
  var paths: HostPaths { home.paths }
  var store: ServiceStore { home.store }

  init() throws {
    home = try Home(folders: [
      "run/supervisord-ec/requests", "etc/supervisord-ec/services.d/console.toml.d",
    ])
    loop = try EventLoop()
    performer = Performer(loop: loop, manager: Manager(loop: loop), paths: home.paths)
  }

  /// How the step ends; its end must not come from within the call.
  func perform(_ step: Step, adoption: Adoption? = adoption) throws -> StepResult {
    let told = Told<StepResult>()
    performer.perform(step, adoption: adoption, observation: observation()) {
      told.values.append($0)
    }
    #expect(told.values.isEmpty)
    try loop.wait { !told.values.isEmpty }
    try loop.drain()
    #expect(told.values.count == 1)
    return try #require(told.values.first)
  }

  func write(_ count: Int) throws {
    for number in 1...count { _ = try store.write(newGeneration(generation(number))) }
  }

  func ratchet() throws -> Ratchet { try RatchetStore(root: paths.state).read(unit: adoption.unit) }

  static let dropIn = "etc/supervisord-ec/services.d/console.toml.d/90-set.toml"

  @Test func remembersTheFirstSightOnce() throws {
    #expect(try perform(.recordFirstSight(at: start)) == .done)
    #expect(try perform(.recordFirstSight(at: start + 5)) == .done)
    #expect(try ratchet() == Ratchet(firstSeen: start))
  }

  @Test func enforcesInBothRecords() throws {
    try scratch.write("[channels.console]\nhttp_port = 8021\n", to: Self.dropIn)
    let step = Step.enforce(since: start, writeRatchet: true, writeDropIn: true, why: "")
    #expect(try perform(step) == .done)
    #expect(try ratchet().enforcedSince == start)
    let text = try scratch.read(Self.dropIn)
    #expect(text.contains("protocol = \"https\""))
    #expect(text.contains("http_port = 8021"))
  }

  @Test func settingsThatCannotBeReadAreNotWrittenOver() throws {
    let large = String(repeating: "#", count: (1 << 20) + 1)
    try scratch.write(large, to: Self.dropIn)
    let before = FileSystem.stamp("\(scratch.path)/\(Self.dropIn)")
    let step = Step.enforce(since: start, writeRatchet: false, writeDropIn: true, why: "")
    guard case .failed = try perform(step) else {
      Issue.record("settings that were not read were written over")
      return
    }
    #expect(FileSystem.stamp("\(scratch.path)/\(Self.dropIn)") == before)
  }

  @Test func settingsThatACommandIsWritingAreLeftAlone() throws {
    try scratch.write("", to: Self.dropIn)
    let held = try FileLock(paths.settingsLock, milliseconds: 0)
    let step = Step.enforce(since: start, writeRatchet: false, writeDropIn: true, why: "")
    guard case .failed(let reason) = try perform(step) else {
      Issue.record("the lock was not asked for")
      return
    }
    #expect(reason.contains(paths.settingsLock))
    withExtendedLifetime(held) {}
  }

  @Test func theRatchetAloneIsEnough() throws {
    try FileSystem.removeTree("\(scratch.path)/etc/supervisord-ec")
    let both = Step.enforce(since: start, writeRatchet: true, writeDropIn: true, why: "")
    #expect(try perform(both) == .done)
    #expect(try ratchet().enforcedSince == start)
    let dropInOnly = Step.enforce(since: start, writeRatchet: false, writeDropIn: true, why: "")
    guard case .failed(let reason) = try perform(dropInOnly) else {
      Issue.record("a drop-in was written where there is no folder")
      return
    }
    #expect(reason.contains("90-set.toml"))
  }

  @Test func aDamagedRatchetIsNotReplaced() throws {
    try scratch.folder("var/lib/supervisord-ec/units")
    let file = "var/lib/supervisord-ec/units/\(adoption.unit).json"
    try scratch.write("{", to: file)
    let step = Step.enforce(since: start, writeRatchet: true, writeDropIn: true, why: "")
    guard case .failed = try perform(step) else {
      Issue.record("a damaged ratchet was written over")
      return
    }
    #expect(try scratch.read(file) == "{")
    #expect(!FileSystem.exists("\(scratch.path)/\(Self.dropIn)"))
  }

  @Test func switchesAndRollsBack() throws {
    try write(2)
    #expect(try perform(.switchCurrent(generation: 1)) == .done)
    #expect(try perform(.switchCurrent(generation: 2)) == .done)
    #expect(store.currentNumber == 2)
    #expect(try perform(.rollBack(from: 2, to: 1, reason: "")) == .done)
    #expect(store.currentNumber == 1)
  }

  @Test func switchesOnlyToACompleteGeneration() throws {
    try write(2)
    _ = try perform(.switchCurrent(generation: 1))
    try FileSystem.remove("\(store.path(of: 2))/key.pem")
    guard case .failed(let reason) = try perform(.switchCurrent(generation: 2)) else {
      Issue.record("switched to half a generation")
      return
    }
    #expect(reason.contains("not a complete generation"))
    #expect(store.currentNumber == 1)
  }

  @Test func prunesButNeverWhatIsLinked() throws {
    try write(4)
    try store.switchCurrent(to: 1)
    try store.setCandidate(2)
    #expect(try perform(.prune(keep: [3], dropCandidate: false)) == .done)
    #expect(store.numbers() == [1, 2, 3])
    #expect(try perform(.prune(keep: [3], dropCandidate: true)) == .done)
    #expect(store.numbers() == [1, 3])
    #expect(store.candidateNumber == nil)
  }

  @Test func saysThatTheLockIsHeldElsewhere() throws {
    try write(1)
    let lock = try store.lock()
    guard case .failed(let reason) = try perform(.switchCurrent(generation: 1)) else {
      Issue.record("switched without the lock")
      return
    }
    #expect(reason.contains("\(store.directory)/lock"))
    _ = consume lock
    #expect(try perform(.switchCurrent(generation: 1)) == .done)
  }

  @Test(arguments: [true, false]) func answersARequestAndTakesItAway(done: Bool) throws {
    let request = Request(id: "1-a", name: "console", verb: .restart, at: start)
    try scratch.write("{}", to: "run/supervisord-ec/requests/1-a.json")
    #expect(try perform(.answer(request: request, done: done, text: "it is")) == .done)
    let reply = try scratch.read("run/supervisord-ec/requests/1-a.reply.json")
    #expect(reply.contains(done ? "\"done\"" : "\"refused\""))
    #expect(reply.contains("it is"))
    #expect(!FileSystem.exists(paths.request("1-a")))
  }

  @Test func answersAlsoForAServiceThatNobodyAdopted() throws {
    let request = Request(id: "1-a", name: "console", verb: .renew, at: start)
    #expect(
      try perform(.answer(request: request, done: false, text: "no"), adoption: nil) == .done)
  }

  @Test func doesNothingForAServiceThatNobodyAdopted() throws {
    #expect(
      try perform(.recordFirstSight(at: start), adoption: nil) == .failed("it is not adopted"))
    #expect(try ratchet() == Ratchet())
  }

  @Test func namesAPortThatIsTaken() throws {
    let server = try Loopback(loop: loop) { _ in nil }
    let claims = [PortClaim(address: "127.0.0.1", port: server.port)]
    guard case .failed(let reason) = try perform(.lookUpPorts(generation: 2, claims: claims))
    else {
      Issue.record("a taken port was found free")
      return
    }
    #expect(reason.hasPrefix("port \(server.port) is taken by "))
    #expect(try perform(.lookUpPorts(generation: 2, claims: [])) == .done)
  }

  @Test func probesWhatIsCurrentOnDisk() throws {
    let server = try Loopback(loop: loop) { _ in ["HTTP/1.1 200 OK\r\n\r\n"] }
    _ = try store.write(newGeneration(generation(1, [agents(server.port)])))
    try store.switchCurrent(to: 1)
    guard case .failed(let reason) = try perform(.probe(generation: 1, within: 1)) else {
      Issue.record("plain HTTP was taken for TLS")
      return
    }
    #expect(reason.hasPrefix("agents on 127.0.0.1:\(server.port): "))
  }

  @Test func severalServicesAreProbedAtOnce() throws {
    let server = try Loopback(loop: loop) { _ in ["HTTP/1.1 200 OK\r\n\r\n"] }
    let names = ["console", "second", "third"]
    let ended = Told<String>()
    for name in names {
      let store = ServiceStore(root: paths.state, name: name)
      try store.prepareFolders()
      _ = try store.write(newGeneration(generation(1, [agents(server.port)])))
      try store.switchCurrent(to: 1)
      performer.perform(
        .probe(generation: 1, within: 1),
        adoption: Adoption(name: name, unit: "\(name).service", profile: "nginx"),
        observation: observation()
      ) { _ in ended.values.append(name) }
    }
    try loop.wait { ended.values.count == names.count }
    #expect(ended.values.sorted() == names)
  }

  @Test(arguments: [
    Step.reload, .restart, .check(generation: 1),
  ])
  func withoutTheBusNothingIsClaimedToBeDone(step: Step) throws {
    #expect(try perform(step) != .done)
  }
}
