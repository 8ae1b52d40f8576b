import Files
import Planner
import Testing

@testable import Generations

/// What version 0.1.0 wrote is read by every later one: an upgrade loses nothing.
///
/// It is kept in `Tests/Scenarios/records`. A test that fails here wants a default for a new
/// member, not a new file.
@Suite struct RecordsOfOldTests {
  let bench: Workbench
  let store: ServiceStore

  init() throws {
    bench = try Workbench()
    store = try bench.store()
  }

  static func record(_ name: String) throws -> [UInt8] {
    try FileSystem.read("\(sources)/Tests/Scenarios/records/\(name).json", limit: 1 << 20)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try VersionedJSON.decode(type, from: try record(name), path: name, version: 1)
  }

  @Test func theMemory() throws {
    let state = try Self.decode(ServiceState.self, "state")
    #expect(state.committed == [1, 2])
    #expect(state.failure?.kind == .portTaken)
    #expect(state.lastAction?.kind == .reload)
    #expect(state.lastValidSettings?.restart.window?.start == "Sun 03:00")
    #expect(state.noticesSince["port-taken"] != nil)
  }

  @Test func theGeneration() throws {
    let manifest = try Self.decode(Manifest.self, "manifest")
    #expect(manifest.generation.number == 2)
    #expect(manifest.generation.listen.consoleProtocol == .https)
    #expect(manifest.files.keys.sorted() == ["chain.pem", "http.conf", "key.pem", "main.conf"])
  }

  @Test func ratchetAdoptionAndCalendar() throws {
    #expect(try Self.decode(Ratchet.self, "ratchet").enforcedSince != nil)
    #expect(try Self.decode(Adoption.self, "adoption").unit == "nginx.service")
    #expect(try Self.decode(CalendarFacts.self, "calendar").starts.isEmpty == false)
  }

  @Test func whatWasNotKeptYetBeginsEmpty() throws {
    try bench.write("{\"version\": 1, \"committed\": [3]}", to: "console/state.json")
    var wanted = ServiceState()
    wanted.committed = [3]
    #expect(try store.readState(ServiceState.self) == wanted)
  }

  @Test func whatIsNotUnderstoodIsForgottenAlone() throws {
    let text = """
      {"version": 1, "committed": [3, 4], "checked": 4, "restoring": "x",
       "failure": {"kind": "new"}, "lastValidSettings": {"name": "console"},
       "member": "of another version"}
      """
    try bench.write(text, to: "console/state.json")
    let state = try store.readState(ServiceState.self)
    #expect(state?.committed == [3, 4])
    #expect(state?.checked == 4)
    #expect(state?.failure == nil && state?.lastValidSettings == nil)
  }

  /// A new member of `ServiceState` has to be read, too, and to be set here.
  @Test func everyMemberIsReadBack() throws {
    var state = try Self.decode(ServiceState.self, "state")
    state.checked = 2
    state.otherFailure = state.failure
    state.restoring = 1
    state.staleRun = "a run"
    state.lastBoottimeSeen = 5
    state.clockDoubtedFor = 6
    for member in Mirror(reflecting: state).children {
      #expect("\(member.value)" != "nil", "set \(member.label ?? "") here")
    }
    try store.writeState(state)
    #expect(try store.readState(ServiceState.self) == state)
  }

  @Test func whatIsWrongIsSaidInWords() throws {
    try bench.write("{\"version\": 1, \"committed\": \"3\"}", to: "console/state.json")
    let error = #expect(throws: FileError.self) { try store.readState(ServiceState.self) }
    #expect(error?.reason == "not a record of the expected form: \"committed\" is of another type")
  }

  @Test func aGenerationOfANewerVersionIsNoDamage() throws {
    let facts = try store.write(newGeneration())
    try store.switchCurrent(to: facts.number)
    #expect(store.newerCurrent() == nil)
    let path = "console/generations/000001/manifest.json"
    let newer = try bench.read(path).replacing("\"version\" : 1", with: "\"version\" : 2")
    try bench.write(newer, to: path)
    #expect(store.current() == nil)
    #expect(store.newerCurrent()?.contains("newer supervisord-ec") == true)
    try bench.write("{", to: path)
    #expect(store.newerCurrent() == nil)
  }
}
