import Testing

@testable import supervisord_ec

@Suite struct TurnsTests {
  static let names = (1...6).map { "service-\($0)" }
  var turns = Turns()

  /// All want to act; the first ones do.
  mutating func everybodyAsks() {
    for name in Self.names {
      turns.note(name, isActing: turns.mayAct(name), isWaiting: !turns.mayAct(name))
    }
  }

  @Test mutating func onlySomeActAtOnce() {
    everybodyAsks()
    #expect(Self.names.filter { turns.mayAct($0) } == Array(Self.names.prefix(Turns.atOnce)))
    #expect(turns.next() == nil)
  }

  @Test mutating func theEndOfOneLetsTheNextBegin() {
    everybodyAsks()
    turns.end("service-2")
    #expect(turns.next() == "service-5")
    turns.note("service-5", isActing: true, isWaiting: false)
    #expect(turns.next() == nil)
    turns.end("service-1")
    #expect(turns.next() == "service-6")
    #expect(turns.next() == nil)
  }

  @Test mutating func oneThatHasNothingToDoAnyMoreTakesNoTurn() {
    everybodyAsks()
    turns.note("service-5", isActing: false, isWaiting: false)
    turns.end("service-1")
    #expect(turns.next() == "service-6")
  }

  @Test mutating func askingTwiceGivesOneTurn() {
    everybodyAsks()
    everybodyAsks()
    for name in Self.names.prefix(3) { turns.end(name) }
    #expect([turns.next(), turns.next(), turns.next()] == ["service-5", "service-6", nil])
  }
}
