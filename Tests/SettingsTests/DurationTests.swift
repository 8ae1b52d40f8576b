import Settings
import Testing

@Suite struct DurationTests {
  @Test(arguments: [
    ("30d", 2_592_000), ("1h 30min", 5_400), ("1h30m", 5_400), ("2w", 1_209_600), ("0s", 0),
    (" 7 d ", 604_800), ("1d 1d", 172_800),
  ])
  func wholeNumbersWithUnitsAreRead(text: String, seconds: Int) throws {
    #expect(try parseDuration(text) == seconds)
  }

  @Test(arguments: [
    "", " ", "30", "d", "-1d", "1.5h", "1y", "1D", "1 month", "9223372036854775807d",
    "99999999999999999999s", "9223372036854775807s 1s", "1d,", "١d",
  ])
  func anythingElseIsRefused(text: String) {
    #expect(throws: DurationError.self) { try parseDuration(text) }
  }

  @Test(arguments: [(0, "0s"), (2_592_000, "30d"), (5_400, "1h 30min"), (90_061, "1d 1h 1min 1s")])
  func durationsAreWrittenSoThatTheyReadBack(seconds: Int, text: String) throws {
    #expect(formatDuration(seconds) == text)
    #expect(try parseDuration(text) == seconds)
  }

  @Test func aNegativeSpanIsShownAsSuch() {
    #expect(formatDuration(-60) == "-1min")
    #expect(formatDuration(.min).hasPrefix("-"))
  }
}
