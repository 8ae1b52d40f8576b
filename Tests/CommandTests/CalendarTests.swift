import Planner
import Testing

@testable import supervisord_ec

@Suite("Calendar expressions and holds")
struct CalendarTests {
  @Test func `moments are read from the answer of a host on UTC`() {
    let output = """
        Original form: Sun 03:00
      Normalized form: Sun *-*-* 03:00:00
          Next elapse: Sun 2026-11-29 03:00:00 UTC
             From now: 4 days left
             Iter. #2: Sun 2026-12-06 03:00:00 UTC
             From now: 1 week 4 days left
      """
    #expect(
      Calendar.moments(output)
        == ["2026-11-29T03:00:00Z", "2026-12-06T03:00:00Z"].compactMap(Timestamp.parse))
  }

  @Test func `moments of another time zone are read in UTC`() {
    let output = """
          Next elapse: Sun 2026-10-25 02:30:00 CEST
             (in UTC): Sun 2026-10-25 00:30:00 UTC
             Iter. #2: Sun 2026-11-01 02:30:00 CET
             (in UTC): Sun 2026-11-01 01:30:00 UTC
      """
    #expect(
      Calendar.moments(output)
        == ["2026-10-25T00:30:00Z", "2026-11-01T01:30:00Z"].compactMap(Timestamp.parse))
  }

  @Test func `an expression that never comes has no moments`() {
    #expect(Calendar.moments("    Next elapse: never\n").isEmpty)
  }

  @Test func `systemd's own answer is understood`() throws {
    let facts = try Calendar.read("Sun 03:00", now: 1)
    #expect(facts.problem == nil)
    #expect(facts.starts.count == Limits.calendarMoments)
    #expect(zip(facts.starts, facts.starts.dropFirst()).allSatisfy { $1 - $0 >= 6 * Limits.day })
  }

  @Test func `systemd's refusal is kept as the problem`() throws {
    #expect(try Calendar.read("no day at all", now: 1).problem?.contains("no day at all") == true)
  }

  @Test(arguments: [("8h", 8 * 3_600), ("1d 12h", 36 * 3_600)])
  func `a hold takes a span from now`(_ text: String, _ seconds: Int) throws {
    let world = World()
    #expect(try HoldCommand.moment(text, in: world.environment) == World.start + seconds)
  }

  @Test(arguments: ["soon", "1970-01-01T00:00:01Z", "0s"])
  func `a hold needs a moment to come`(_ text: String) {
    #expect(throws: CommandProblem.self) {
      try HoldCommand.moment(text, in: World().environment)
    }
  }

  @Test func `hold writes one change and says how to end it`() {
    let world = World(Reports.enforced)
    #expect(world.run("hold", "console", "--until", "8h", "--reason", "a move") == 0)
    #expect(world.holds.count == 1)
    #expect(world.holds.first?.reason == "a move")
    #expect(world.output.contains("--off"))
  }
}
