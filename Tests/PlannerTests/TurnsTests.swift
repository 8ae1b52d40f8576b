import Testing

@testable import Planner

@Suite struct TurnsTests {
  static let names = (1...6).map { "service-\($0)" }
  var turns = Turns()

  /// All want to act; the first ones do.
  mutating func everybodyAsks(
    _ cost: Turns.Cost = .work, names: [String] = names, isInTrouble: Bool = false, now: Int = 0
  ) {
    for name in names {
      let may = turns.mayAct(name, now: now)
      turns.note(
        name, acting: may ? cost : nil, isWaiting: !may, isInTrouble: isInTrouble, now: now)
    }
  }

  /// A turn is over: nothing more to do.
  mutating func end(_ name: String, isInTrouble: Bool = false, now: Int = 0) {
    turns.stepEnded(name, now: now)
    turns.note(name, acting: nil, isWaiting: false, isInTrouble: isInTrouble, now: now)
  }

  @Test mutating func onlySomeActAtOnce() {
    everybodyAsks()
    #expect(
      Self.names.filter { turns.mayAct($0, now: 0) } == Array(Self.names.prefix(Turns.atOnce)))
    #expect(turns.next(now: 0) == nil)
  }

  @Test mutating func theEndOfOneLetsTheNextBegin() {
    everybodyAsks()
    end("service-2")
    #expect(turns.next(now: 0) == "service-5")
    turns.note("service-5", acting: .work, isWaiting: false, now: 0)
    #expect(turns.next(now: 0) == nil)
    end("service-1")
    #expect(turns.next(now: 0) == "service-6")
    #expect(turns.next(now: 0) == nil)
  }

  @Test mutating func aTurnGoesFromStepToStep() {
    everybodyAsks()
    turns.stepEnded("service-2", now: 0)
    #expect(turns.next(now: 0) == nil)
    #expect(turns.mayAct("service-2", now: 0))
    turns.note("service-2", acting: .work, isWaiting: false, now: 0)
    #expect(turns.next(now: 0) == nil)
  }

  @Test mutating func aTurnThatIsNotTakenIsLostAfterAWhile() {
    everybodyAsks()
    turns.stepEnded("service-2", now: 5)
    #expect(turns.next(now: 5) == nil)
    #expect(turns.next(now: 5 + Turns.Cost.wait.longest) == "service-5")
  }

  @Test mutating func nobodyOvertakesWhoWaits() {
    everybodyAsks()
    end("service-2")
    #expect(!turns.mayAct("service-2", now: 0))
    #expect(!turns.mayAct("service-6", now: 0))
    #expect(turns.mayAct("service-5", now: 0))
  }

  @Test mutating func oneThatHasNothingToDoAnyMoreTakesNoTurn() {
    everybodyAsks()
    turns.note("service-5", acting: nil, isWaiting: false, now: 0)
    end("service-1")
    #expect(turns.next(now: 0) == "service-6")
  }

  @Test mutating func askingTwiceGivesOneTurn() {
    everybodyAsks()
    everybodyAsks()
    for name in Self.names.prefix(3) { end(name) }
    let turn = (1...3).map { _ in turns.next(now: 0) }
    #expect(turn == ["service-5", "service-6", nil])
  }

  @Test(arguments: [Turns.Cost.work, .wait])
  mutating func whatTakesLongGivesItsPlaceFree(cost: Turns.Cost) {
    everybodyAsks(cost)
    let end = cost.longest
    #expect(turns.pause(now: 1) == end - 1)
    #expect(turns.next(now: end - 1) == nil)
    let turn = (1...3).map { _ in turns.next(now: end) }
    #expect(turn == ["service-5", "service-6", nil])
  }

  @Test mutating func aLookDuringAnActionDoesNotMakeItYounger() {
    everybodyAsks(.wait)
    for name in Self.names.prefix(4) {
      turns.note(name, acting: .wait, isWaiting: false, now: Turns.Cost.wait.longest - 1)
    }
    #expect(turns.next(now: Turns.Cost.wait.longest) == "service-5")
  }

  @Test mutating func slowProgramsAreBoundedInNumber() {
    let many = (10..<60).map { "slow-\($0)" }
    for second in 0..<60 { everybodyAsks(.work, names: many, now: second * 10) }
    #expect(many.filter { turns.mayAct($0, now: 600) }.count == Turns.mostWork)
    #expect(turns.next(now: 600) == nil)
  }

  @Test mutating func onePlaceIsKeptFromThoseInTrouble() {
    for name in Self.names {
      turns.note(name, acting: nil, isWaiting: true, isInTrouble: true, now: 0)
    }
    let begun = (1...4).map { _ in turns.next(now: 0) }
    #expect(begun == ["service-1", "service-2", "service-3", nil])
    #expect(turns.mayAct("good", now: 0))
  }

  @Test mutating func whoIsInTroubleWaitsBehindWhoIsNot() {
    everybodyAsks()
    turns.note("service-5", acting: nil, isWaiting: true, isInTrouble: true, now: 0)
    for name in Self.names.prefix(3) { end(name) }
    #expect(turns.next(now: 0) == "service-6")
    #expect(turns.next(now: 0) == "service-5")
  }

  @Test mutating func whoIsInTroubleIsNotForgottenAmongThoseThatNeverRest() {
    let busy = ["a", "b"]
    turns.note("troubled", acting: nil, isWaiting: true, isInTrouble: true, now: 0)
    var order: [String] = []
    for _ in 0...Turns.turnsInARow {
      for name in busy { turns.note(name, acting: nil, isWaiting: true, now: 0) }
      guard let name = turns.next(now: 0) else { break }
      order.append(name)
      turns.note(name, acting: nil, isWaiting: false, isInTrouble: name == "troubled", now: 0)
    }
    #expect(order.last == "troubled")
    #expect(order.count == Turns.turnsInARow + 1)
  }
}
