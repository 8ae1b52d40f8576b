import Planner
import Testing

@Suite("A moment as text")
struct TimestampTests {
  @Test(
    "is RFC 3339 in UTC, there and back",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
      (951_782_400, "2000-02-29T00:00:00Z"), (1_772_346_600, "2026-03-01T06:30:00Z"),
      (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
      (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ])
  func bothWays(at: UnixSeconds, text: String) {
    #expect(Timestamp.text(at) == text)
    #expect(Timestamp.parse(text) == at)
  }

  @Test("comes back from every day of 800 years")
  func everyDay() {
    for day in stride(from: -146_097, through: 146_097, by: 1) {
      let at = day * Limits.day + 45_296
      #expect(Timestamp.parse(Timestamp.text(at)) == at)
    }
  }

  @Test("is read with offsets, fractions and small letters")
  func variants() {
    #expect(Timestamp.parse("1970-01-01t01:00:00.25+01:00") == 0)
    #expect(Timestamp.parse("1969-12-31 23:30:00-00:30") == 0)
    #expect(Timestamp.parse("1970-01-01T00:00:01z") == 1)
  }

  @Test(
    "is refused when it is no moment",
    arguments: [
      "", "2026-03-01", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
      "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
      "2026-01-01T00:00:60Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
      "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+1:00", "+026-01-01T00:00:00Z",
      "2100-02-29T00:00:00Z",
    ])
  func refused(text: String) {
    #expect(Timestamp.parse(text) == nil)
  }

  @Test("beyond what RFC 3339 can write is the nearest it can")
  func extremes() {
    #expect(Timestamp.text(.max) == "9999-12-31T23:59:59Z")
    #expect(Timestamp.text(.min) == "0000-01-01T00:00:00Z")
  }
}

@Suite("A span as text")
struct SpanTests {
  @Test(
    "has two units at most",
    arguments: [
      (0, "0 s"), (45, "45 s"), (-45, "45 s"), (90, "1 min 30 s"), (300, "5 min"),
      (3 * 3600 + 5 * 60 + 9, "3 h 5 min"), (3600 + 9, "1 h"), (86_400, "1 day"),
      (100_800, "1 day 4 h"), (29 * 86_400 + 3600, "29 days"),
    ])
  func spans(seconds: Seconds, text: String) {
    #expect(Timestamp.spanText(seconds) == text)
  }

  @Test("has no value that traps")
  func extremes() {
    #expect(Timestamp.spanText(.min) == Timestamp.spanText(.max))
  }
}
