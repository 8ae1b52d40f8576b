import Planner
import Testing

@testable import supervisord_ec

@Suite struct RetriesTests {
  @Test func `pauses grow while the trouble lasts, and begin anew after it`() {
    var retries = Retries()
    var (now, pauses) = (100, [Int]())
    for _ in 0..<8 {
      let pause = retries.pause("a", isInTrouble: true, boottime: now) ?? 0
      pauses.append(pause)
      now += pause
    }
    #expect(pauses == [5, 10, 20, 40, 80, 160, 300, 300])
    #expect(retries.pause("a", isInTrouble: false, boottime: now) == nil)
    #expect(retries.pause("a", isInTrouble: true, boottime: now) == Limits.firstRetry)
  }

  @Test func `a look for another reason does not put it off`() {
    var retries = Retries()
    #expect(retries.pause("a", isInTrouble: true, boottime: 100) == 5)
    #expect(retries.pause("a", isInTrouble: true, boottime: 103) == 2)
    #expect(retries.pause("b", isInTrouble: true, boottime: 103) == 5)
  }
}
