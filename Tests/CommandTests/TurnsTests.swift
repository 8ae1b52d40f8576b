import Testing

@testable import supervisord_ec

@Suite struct TurnsTests {
  static let names = (1...6).map { "service-\($0)" }
  var turns = Turns()

  /// All want to act; the first ones do.
  mutating func everybodyAsks(_ cost: Turns.Cost = .work) {
    for name in Self.names {
      let may = turns.mayAct(name, now: 0)
      turns.note(name, acting: may ? cost : nil, isWaiting: !may, now: 0)
    }
  }

  @Test mutating func onlySomeActAtOnce() {
    everybodyAsks()
    #expect(
      Self.names.filter { turns.mayAct($0, now: 0) } == Array(Self.names.prefix(Turns.atOnce)))
    #expect(turns.next(now: 0) == nil)
  }

  @Test mutating func theEndOfOneLetsTheNextBegin() {
    everybodyAsks()
    turns.end("service-2")
    #expect(turns.next(now: 0) == "service-5")
    turns.note("service-5", acting: .work, isWaiting: false, now: 0)
    #expect(turns.next(now: 0) == nil)
    turns.end("service-1")
    #expect(turns.next(now: 0) == "service-6")
    #expect(turns.next(now: 0) == nil)
  }

  @Test mutating func oneThatHasNothingToDoAnyMoreTakesNoTurn() {
    everybodyAsks()
    turns.note("service-5", acting: nil, isWaiting: false, now: 0)
    turns.end("service-1")
    #expect(turns.next(now: 0) == "service-6")
  }

  @Test mutating func askingTwiceGivesOneTurn() {
    everybodyAsks()
    everybodyAsks()
    for name in Self.names.prefix(3) { turns.end(name) }
    let turn = (1...3).map { _ in turns.next(now: 0) }
    #expect(turn == ["service-5", "service-6", nil])
  }

  @Test mutating func whatHangsKeepsNobodyBack() {
    everybodyAsks(.wait)
    let end = Turns.longestWait
    #expect(turns.pause(now: 1) == end - 1)
    #expect(turns.next(now: end - 1) == nil)
    let turn = (1...3).map { _ in turns.next(now: end) }
    #expect(turn == ["service-5", "service-6", nil])
    #expect(turns.pause(now: end) == nil)
  }

  @Test mutating func workThatTakesLongKeepsItsPlace() {
    everybodyAsks(.work)
    #expect(turns.next(now: 100) == nil)
    #expect(turns.pause(now: 100) == nil)
  }

  @Test mutating func aLookDuringAnActionDoesNotMakeItYounger() {
    everybodyAsks(.wait)
    for name in Self.names.prefix(4) {
      turns.note(name, acting: .wait, isWaiting: false, now: Turns.longestWait - 1)
    }
    #expect(turns.next(now: Turns.longestWait) == "service-5")
  }
}
