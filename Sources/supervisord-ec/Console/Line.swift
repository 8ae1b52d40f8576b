/// How a piece of text looks on a terminal with colours; elsewhere it makes no difference, so no
/// meaning may hang on it alone.
enum Style: Sendable {
  case plain, bold, dim, good, busy, bad

  /// The SGR parameters of ECMA-48, section 8.3.117.
  var parameters: String? {
    switch self {
    case .plain: nil
    case .bold: "1"
    case .dim: "2"
    case .good: "32"
    case .busy: "33"
    case .bad: "31"
    }
  }
}

/// Some text in one style.
///
/// What is in it is cleaned when it is rendered, whoever wrote it.
struct Piece: ExpressibleByStringInterpolation, Equatable, Sendable {
  var text: String
  var style: Style

  init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }

  init(stringLiteral value: String) { self.init(value) }
}

/// One line for people.
struct Line: ExpressibleByStringInterpolation, Equatable, Sendable {
  var pieces: [Piece]

  init(_ pieces: Piece...) { self.pieces = pieces }

  init(pieces: [Piece]) { self.pieces = pieces }

  init(stringLiteral value: String) { self.init(Piece(value)) }
}

extension String {
  /// Filled with spaces on the right to `width` characters.
  func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
