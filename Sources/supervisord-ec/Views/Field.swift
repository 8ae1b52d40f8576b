/// A label and what stands beside it, over one line or several.
struct Field {
  var label: String
  var lines: [[Piece]]
  var style: Style = .dim

  init(_ label: String, _ pieces: Piece..., style: Style = .dim) {
    self.label = label
    self.lines = [pieces]
    self.style = style
  }

  init(_ label: String, lines: [[Piece]]) {
    self.label = label
    self.lines = lines
  }

  /// Indented lines with all values in one column.
  static func render(_ fields: [Field]) -> [Line] {
    let width = max(narrowest, fields.map(\.label.count).max() ?? 0) + 2
    return fields.flatMap { field in
      field.lines.enumerated().map { index, pieces in
        let label = (index == 0 ? field.label : "").padded(width)
        return Line(pieces: ["  ", Piece(label, field.style)] + pieces)
      }
    }
  }

  /// `remote-control` fits, so that most services line up with each other.
  private static let narrowest = 14
}
