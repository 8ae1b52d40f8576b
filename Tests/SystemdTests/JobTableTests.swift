import Testing

@testable import Systemd

extension SystemdTests {
  @Suite struct JobTableTests {
    @Test func answersWhenTheJobEnds() {
      var table = JobTable()
      let ticket = table.ask()
      #expect(table.answered(ticket, path: "/job/1") == nil)
      #expect(table.paths == ["/job/1"])
      #expect(table.removed(path: "/job/1", result: "done") == [ticket])
      #expect(table.removed(path: "/job/1", result: "done") == [])
      #expect(table.paths == [])
    }

    @Test func keepsAResultThatOvertakesTheAnswer() {
      var table = JobTable()
      let ticket = table.ask()
      #expect(table.removed(path: "/job/1", result: "failed") == [])
      #expect(table.answered(ticket, path: "/job/1") == "failed")
      #expect(table.paths == [])
    }

    @Test func forgetsResultsThatNobodyCanAskForAnyMore() {
      var table = JobTable()
      let first = table.ask()
      _ = table.removed(path: "/job/1", result: "failed")
      table.drop(first)
      let second = table.ask()
      #expect(table.answered(second, path: "/job/1") == nil)
    }

    @Test func letsSeveralShareOneJob() {
      var table = JobTable()
      let first = table.ask()
      let second = table.ask()
      _ = table.answered(first, path: "/job/1")
      _ = table.answered(second, path: "/job/1")
      #expect(table.removed(path: "/job/1", result: "done") == [first, second])
    }

    @Test func hasNoAnswerForWhatWasDropped() {
      var table = JobTable()
      let ticket = table.ask()
      _ = table.answered(ticket, path: "/job/1")
      table.drop(ticket)
      #expect(table.removed(path: "/job/1", result: "done") == [])
      #expect(table.answered(ticket, path: "/job/2") == nil)
      #expect(table.paths == [])
    }
  }

  @Suite struct BackOffTests {
    @Test func doublesUpToAMinuteAndStartsAnew() {
      var backOff = BackOff()
      let waits = (0..<8).map { _ in backOff.nextMicroseconds() / 1_000_000 }
      #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60])
      backOff.reset()
      #expect(backOff.nextMicroseconds() == 1_000_000)
    }
  }
}
