import FoundationEssentials
import Planner
import Testing

@Suite("state.json of older versions, and when it is written")
struct StateFileTests {
  private func read(_ text: String) throws -> ServiceState {
    try JSONDecoder().decode(ServiceState.self, from: Data(text.utf8))
  }

  @Test func `what is missing is as in an empty memory`() throws {
    #expect(try read(#"{"committed": []}"#) == ServiceState())
    let state = try read(#"{"committed": [3], "lastRealtimeSeen": 7, "unknown": 1}"#)
    #expect(state.committed == [3] && state.lastRealtimeSeen == 7)
    #expect(state.lastBoottimeSeen == nil && state.noticesSince.isEmpty)
  }

  @Test func `a record of other shape is left out and the rest is kept`() throws {
    let state = try read(#"{"committed": [3], "failure": {"kind": "other"}, "restoring": 2}"#)
    #expect(state.committed == [3] && state.failure == nil && state.restoring == 2)
  }

  @Test func `what is good is never guessed`() {
    #expect(throws: (any Error).self) { try read(#"{"committed": "3"}"#) }
  }

  @Test func `everything comes back as it was written`() throws {
    var scene = Scene()
    scene.movePort()
    scene.perform(.failed("no space left"))
    scene.state.clockDoubtedFor = 5
    let bytes = try JSONEncoder().encode(scene.state)
    #expect(try JSONDecoder().decode(ServiceState.self, from: bytes) == scene.state)
  }

  @Test func `time alone is written once an hour`() {
    var state = ServiceState()
    #expect(state.isWorthSaving(over: nil))
    state.lastRealtimeSeen = 0
    let saved = state
    state.lastRealtimeSeen = 3_599
    state.lastBoottimeSeen = 9_000
    #expect(!state.isWorthSaving(over: saved))
    state.lastRealtimeSeen = 3_600
    #expect(state.isWorthSaving(over: saved))
    state = saved
    state.clockDoubtedFor = 0
    #expect(state.isWorthSaving(over: saved))
    state = saved
    state.checked = 1
    #expect(state.isWorthSaving(over: saved))
  }
}
