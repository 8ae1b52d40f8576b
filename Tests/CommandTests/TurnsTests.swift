import Testing

@testable import supervisord_ec

@Suite struct TurnsTests {
  static let names = (1...6).map { "service-\($0)" }
  var turns = Turns()

  /// All want to act; the first ones do.
  mutating func everybodyAsks() {
    for name in Self.names {
      let may = turns.mayAct(name, now: 0)
      turns.note(name, isActing: may, isWaiting: !may, now: 0)
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
    turns.note("service-5", isActing: true, isWaiting: false, now: 0)
    #expect(turns.next(now: 0) == nil)
    turns.end("service-1")
    #expect(turns.next(now: 0) == "service-6")
    #expect(turns.next(now: 0) == nil)
  }

  @Test mutating func oneThatHasNothingToDoAnyMoreTakesNoTurn() {
    everybodyAsks()
    turns.note("service-5", isActing: false, isWaiting: false, now: 0)
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
    everybodyAsks()
    #expect(turns.pause(now: 1) == Turns.longest - 1)
    #expect(turns.next(now: Turns.longest - 1) == nil)
    let turn = (1...3).map { _ in turns.next(now: Turns.longest) }
    #expect(turn == ["service-5", "service-6", nil])
    #expect(turns.pause(now: Turns.longest) == nil)
  }

  @Test mutating func aLookDuringAnActionDoesNotMakeItYounger() {
    everybodyAsks()
    for name in Self.names.prefix(4) {
      turns.note(name, isActing: true, isWaiting: false, now: Turns.longest - 1)
    }
    #expect(turns.next(now: Turns.longest) == "service-5")
  }
}
