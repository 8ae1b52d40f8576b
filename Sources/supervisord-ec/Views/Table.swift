/// Rows in columns that fit a line of 80 characters, on every terminal and in every mail.
///
/// What does not fit ends in dots; all of it is in the view of one service.
struct Table {
  /// The width of a line.
  static let width = 80
  private static let gap = 2

  /// One column.
  struct Column {
    /// What stands above it.
    var heading: String
    /// It is never made narrower than this.
    var least: Int
  }

  /// The columns, from left to right.
  let columns: [Column]
  /// The cells, one for each column.
  let rows: [[Piece]]
  /// Which columns are made narrower if there is no room, the first one first.
  let shrinking: [Int]

  /// The heading and the rows; `dots` stand for what was left out.
  func lines(dots: String, room: Int = Self.width) -> [Line] {
    let widths = widths(room)
    let all = [columns.map { Piece($0.heading, .dim) }] + rows
    return all.map { row in
      Line(
        pieces: row.enumerated().map { index, piece in
          let text = Self.cut(piece.text, widths[index], dots)
          let isLast = index == row.count - 1
          return Piece(isLast ? text : text.padded(widths[index] + Self.gap), piece.style)
        })
    }
  }

  private func widths(_ room: Int) -> [Int] {
    var widths = columns.indices.map { index in
      max(columns[index].heading.count, rows.map { $0[index].text.count }.max() ?? 0)
    }
    for index in shrinking {
      let excess = widths.reduce(0, +) + Self.gap * (widths.count - 1) - room
      guard excess > 0 else { break }
      widths[index] = max(columns[index].least, widths[index] - excess)
    }
    return widths
  }

  private static func cut(_ text: String, _ width: Int, _ dots: String) -> String {
    text.count <= width ? text : text.prefix(max(0, width - dots.count)) + dots
  }
}
