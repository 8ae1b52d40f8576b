import Files
import Generations
import Glibc
import Planner
import Testing

@Suite struct StateTests {
  struct State: Codable, Equatable {
    var note: String
    var steps: [Int]
  }

  let bench: Workbench
  let store: ServiceStore

  init() throws {
    bench = try Workbench()
    store = try bench.store()
  }

  @Test func stateIsReadBack() throws {
    #expect(try store.readState(State.self) == nil)
    let state = State(note: "a \"quote\" / and ü", steps: [1, 2])
    try store.writeState(state)
    #expect(try store.readState(State.self) == state)
    #expect(try bench.read("console/state.json").contains("\"version\" : 1"))
  }

  @Test func stateOfANewerVersionIsRefusedAndLeftUntouched() throws {
    let newer = "{\"version\": 2, \"other\": true}"
    try bench.write(newer, to: "console/state.json")
    let error = #expect(throws: FileError.self) { try store.readState(State.self) }
    #expect(error?.isNewerRecord == true)
    #expect(throws: FileError.self) { try store.writeState(State(note: "", steps: [])) }
    #expect(try bench.read("console/state.json") == newer)
  }

  @Test(arguments: ["", "{}", "[]", "{\"version\": 1}", "{\"version\": \"1\"}", "\u{0}\u{0}"])
  func damagedStateIsAnErrorAndMayBeReplaced(_ text: String) throws {
    try bench.write(text, to: "console/state.json")
    let error = #expect(throws: FileError.self) { try store.readState(State.self) }
    #expect(error?.isDamagedRecord == true)
    try store.writeState(State(note: "new", steps: []))
    #expect(try store.readState(State.self)?.note == "new")
  }

  @Test(arguments: [
    "9223372036854775807", "-9223372036854775808", "1000000000000000", "1e18", "1E2",
  ])
  func aNumberThatArithmeticWouldNotSurviveIsDamage(number: String) throws {
    try bench.write(
      "{\"version\": 1, \"note\": \"1e18\", \"steps\": [\(number)]}", to: "console/state.json")
    let error = #expect(throws: FileError.self) { try store.readState(State.self) }
    #expect(error?.isDamagedRecord == true)
  }

  @Test func largeNumbersInTextsAndTheLargestThatCountAreFine() throws {
    let state = State(note: "\\\"9223372036854775807 e", steps: [999_999_999_999_999, -1])
    try store.writeState(state)
    #expect(try store.readState(State.self) == state)
    #expect(RecordNumbers.areBounded(Array("[true, false, null, 12]".utf8)))
  }

  @Test func aPipeInPlaceOfStateIsNotWaitedFor() throws {
    try #require(unsafe mkfifo("\(bench.path)/console/state.json", 0o644) == 0)
    #expect(throws: FileError.self) { try store.readState(State.self) }
  }

  @Test func tooLargeStateIsNotWritten() throws {
    try store.writeState(State(note: "old", steps: []))
    let large = State(note: String(repeating: "x", count: StoreLimits.recordBytes), steps: [])
    #expect(throws: FileError.self) { try store.writeState(large) }
    #expect(try store.readState(State.self)?.note == "old")
  }
}

@Suite struct RatchetTests {
  let bench: Workbench
  let store: RatchetStore

  init() throws {
    bench = try Workbench()
    store = RatchetStore(root: bench.path)
  }

  @Test func aUnitNeverSeenHasAnEmptyRatchet() throws {
    #expect(try store.read(unit: "nginx.service") == Ratchet())
  }

  @Test func theEarliestMomentsStayAndNothingIsUnset() throws {
    try store.write(unit: "nginx.service", Ratchet(firstSeen: 50, enforcedSince: 90))
    try store.write(unit: "nginx.service", Ratchet())
    try store.write(unit: "nginx.service", Ratchet(firstSeen: 60, enforcedSince: 80))
    let kept = try store.write(unit: "nginx.service", Ratchet(firstSeen: 40))
    #expect(kept == Ratchet(firstSeen: 40, enforcedSince: 80))
    #expect(try store.read(unit: "nginx.service") == kept)
    #expect(try store.read(unit: "apache2.service") == Ratchet())
  }

  @Test(arguments: ["{}", "", "{\"version\": 2}", "{\"version\": 1, \"firstSeen\": \"x\"}"])
  func whatCannotBeReadIsNeverReplaced(_ text: String) throws {
    try FileSystem.makeDirectory("\(bench.path)/units")
    try bench.write(text, to: "units/nginx.service.json")
    #expect(throws: FileError.self) { try store.read(unit: "nginx.service") }
    #expect(throws: FileError.self) {
      try store.write(unit: "nginx.service", Ratchet(firstSeen: 1))
    }
    #expect(try bench.read("units/nginx.service.json") == text)
  }

  @Test func aDanglingLinkIsNotTakenForAUnitNeverSeen() throws {
    try FileSystem.makeDirectory("\(bench.path)/units")
    try FileSystem.switchLink("\(bench.path)/units/nginx.service.json", to: "nowhere")
    #expect(throws: FileError.self) { try store.read(unit: "nginx.service") }
  }

  @Test(arguments: [
    ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.json"),
    ("a\\x2db@c.service", "a%5Cx2db@c.service.json"),
    (".", "%2E.json"), ("ü", "%C3%BC.json"), ("a%2Fb", "a%252Fb.json"),
  ])
  func unitNamesStayInTheFolder(_ unit: String, _ file: String) throws {
    try store.write(unit: unit, Ratchet(firstSeen: 1))
    #expect(FileSystem.list("\(bench.path)/units") == [file])
    #expect(try store.read(unit: unit).firstSeen == 1)
  }
}

@Suite struct AdoptionTests {
  let bench: Workbench
  let store: AdoptionStore

  init() throws {
    bench = try Workbench()
    store = AdoptionStore(root: "\(bench.path)/adopted", owner: getuid())
  }

  private let adoption = Adoption(
    name: "console", unit: "nginx.service", profile: "nginx", serverNames: ["a.example"])

  @Test func aRecordIsReadBackAndRemoved() throws {
    #expect(try store.read("console") == nil)
    try store.write(adoption)
    #expect(try store.read("console") == adoption)
    #expect(store.all() == [adoption])
    try store.remove("console")
    try store.remove("console")
    #expect(store.all().isEmpty)
  }

  @Test func aRecordThatOthersCanWriteDoesNotCount() throws {
    try store.write(adoption)
    #expect(unsafe chmod("\(store.root)/console.json", 0o664) == 0)
    #expect(throws: FileError.self) { try store.read("console") }
    #expect(store.all().isEmpty)
    #expect(store.refused().map(\.operation) == ["owner"])
  }

  @Test func aRecordInAFolderThatOthersCanWriteDoesNotCount() throws {
    try store.write(adoption)
    #expect(unsafe chmod(store.root, 0o777) == 0)
    #expect(throws: FileError.self) { try store.read("console") }
  }

  @Test func aRecordOfAnotherOwnerDoesNotCount() throws {
    try store.write(adoption)
    let other = AdoptionStore(root: store.root, owner: getuid() + 1)
    #expect(throws: FileError.self) { try other.read("console") }
  }

  @Test func aSymlinkDoesNotCount() throws {
    try store.write(adoption)
    try FileSystem.move("\(store.root)/console.json", to: "\(store.root)/elsewhere")
    try FileSystem.switchLink("\(store.root)/console.json", to: "elsewhere")
    #expect(throws: FileError.self) { try store.read("console") }
  }

  @Test func oneBadRecordHidesNoOther() throws {
    try store.write(adoption)
    try bench.write("{\"version\":1}", to: "adopted/other.json")
    try FileSystem.write(
      try FileSystem.read("\(store.root)/console.json", limit: 9999),
      to: "\(store.root)/third.json")
    #expect(store.all() == [adoption])
    #expect(store.refused().count == 2)
  }

  @Test func aNameCannotLeaveTheFolder() throws {
    #expect(throws: FileError.self) { try store.read("../console") }
  }
}
