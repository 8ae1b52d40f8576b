import Testing

@testable import supervisord_ec

@Suite struct TableTests {
  func lines(_ cells: String..., dots: String = "...") -> [String] {
    let columns = ["NAME", "NEXT", "WHY"].map { Table.Column(heading: $0, least: 10) }
    let table = Table(columns: columns, rows: [cells.map { Piece($0) }], shrinking: [2, 1])
    return table.lines(dots: dots).map { Terminal.plain.render($0) }
  }

  @Test func whatFitsIsShownWhole() {
    #expect(lines("console", "renew", "-") == ["NAME     NEXT   WHY", "console  renew  -"])
  }

  @Test func whatDoesNotFitEndsInDots() {
    let long = String(repeating: "m", count: 90)
    let line = lines("console", "renew", long)[1]
    #expect(line.count == Table.width)
    #expect(line.hasPrefix("console  renew  mmm") && line.hasSuffix("mmm..."))
  }

  @Test func theNextColumnGivesWayOnceTheFirstCannot() {
    let long = String(repeating: "m", count: 90)
    let line = lines("console", long, long, dots: "..")[1]
    #expect(line.count == Table.width)
    #expect(line.hasSuffix("m..  mmmmmmmm.."))
  }

  @Test func aColumnKeepsItsLeastWidth() {
    let long = String(repeating: "m", count: 90)
    #expect(lines(long, long, long)[1].hasPrefix(long + "  mmmmmmm...  mmmmmmm..."))
  }
}
