import Testing

@testable import Planner

/// A host in seconds: many services that hang, fail and try again at once, and a good one.
@Suite struct TurnsAmongTroubledTests {
  /// What a service does with its turn.
  struct Habit {
    var cost: Turns.Cost
    /// How long its step takes, in seconds.
    var seconds: Int
  }

  /// Runs a host where `count` services of one habit want to act all the time and fail each time;
  /// answers how long a good one waits that wants to act from second `asks` on.
  func wait(count: Int, habit: Habit, asks: Int) -> (waited: Int?, mostWork: Int) {
    var turns = Turns()
    var acting: [String: Int] = [:]
    var failed: Set<String> = []
    var mostWork = 0
    let troubled = (0..<count).map { "troubled-\($0)" }
    func begin(_ name: String, _ now: Int) {
      acting[name] = now + habit.seconds
      turns.note(
        name, acting: habit.cost, isWaiting: false, isInTrouble: failed.contains(name), now: now)
    }
    for now in 0..<asks + 600 {
      for (name, end) in acting where end <= now {
        acting[name] = nil
        failed.insert(name)
        turns.stepEnded(name, now: now)
        turns.note(name, acting: nil, isWaiting: true, isInTrouble: true, now: now)
      }
      // Every one is looked at in each second, as those are whose units flap.
      for name in troubled where acting[name] == nil {
        guard turns.mayAct(name, now: now) else {
          turns.note(
            name, acting: nil, isWaiting: true, isInTrouble: failed.contains(name), now: now)
          continue
        }
        begin(name, now)
      }
      if now >= asks {
        if turns.mayAct("good", now: now) { return (now - asks, mostWork) }
        turns.note("good", acting: nil, isWaiting: true, now: now)
      }
      while let name = turns.next(now: now) {
        if name == "good" { return (now - asks, mostWork) }
        begin(name, now)
      }
      if habit.cost == .work { mostWork = max(mostWork, acting.count) }
    }
    return (nil, mostWork)
  }

  @Test(arguments: [1, 90])
  func onceTheOthersHaveFailedTheGoodOneNeverWaits(seconds: Int) {
    // By then each has had its first try.
    let habit = Habit(cost: .work, seconds: seconds)
    let (waited, mostWork) = wait(count: 48, habit: habit, asks: 400)
    #expect(waited == 0)
    #expect(mostWork <= Turns.mostWork)
  }

  @Test(arguments: [1, 3, 180])
  func jobsThatHangKeepNobodyBackEvenTheFirstTime(seconds: Int) {
    for asks in [0, 1, 5, 17] {
      let (waited, _) = wait(count: 48, habit: Habit(cost: .wait, seconds: seconds), asks: asks)
      #expect(waited.map { $0 <= 12 * Turns.Cost.wait.longest } == true)
    }
  }

  @Test func programsThatHangTheFirstTimeKeepAGoodOneBackUntilTheyAreGivenUp() {
    let (waited, _) = wait(count: 48, habit: Habit(cost: .work, seconds: 90), asks: 45)
    #expect(waited.map { $0 <= 90 * 48 / Turns.mostWork } == true)
  }
}
