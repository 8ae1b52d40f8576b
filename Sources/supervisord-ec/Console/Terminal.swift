/// What the place we write to can show.
///
/// The only way from a line to bytes: nothing that came out of a file reaches a terminal uncleaned.
struct Terminal: Equatable, Sendable {
  /// Whether colours and the dot are shown.
  var colours: Bool
  /// Whether the locale's character set is UTF-8.
  var unicode: Bool

  /// Plain ASCII.
  static let plain = Terminal(colours: false, unicode: false)

  init(colours: Bool, unicode: Bool) {
    self.colours = colours
    self.unicode = unicode
  }

  /// Reads `NO_COLOR` (no-color.org: any value that is not empty), `TERM`, and the locale in the
  /// order of locale(7).
  init(isTerminal: Bool, variable: (String) -> String?) {
    let noColour = variable("NO_COLOR").map { !$0.isEmpty } ?? false
    let kind = variable("TERM") ?? ""
    colours = isTerminal && !noColour && kind != "dumb" && !kind.isEmpty
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty }
    let name = (locale ?? "").uppercased()
    unicode = name.hasSuffix("UTF-8") || name.hasSuffix("UTF8")
  }

  /// The line as it is written, without its end.
  func render(_ line: Line) -> String {
    line.pieces.map { piece in
      let text = clean(piece.text)
      guard colours, let parameters = piece.style.parameters, !text.isEmpty else { return text }
      return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
    }.joined()
  }

  /// Text without anything that moves the cursor, changes the terminal or hides what is there:
  /// control and format characters (among them escape and the bidirectional ones).
  func clean(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        result.append(" ")
      } else if Self.isHarmless(scalar), unicode || scalar.isASCII {
        result.append(scalar)
      } else {
        result.append(unicode ? "\u{FFFD}" : "?")
      }
    }
    return String(result)
  }

  /// Whether a character may be shown as it is.
  static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default:
      true
    }
  }

  /// Stands for text that was left out.
  var dots: String { unicode ? "…" : "..." }

  /// A bar of `barCells` cells, so many of them full.
  func bar(full: Int) -> String {
    let filled = min(max(full, 0), Self.barCells)
    let (on, off) = unicode ? ("█", "░") : ("#", "-")
    return String(repeating: on, count: filled)
      + String(repeating: off, count: Self.barCells - filled)
  }

  /// Wide enough to see a week of a year's certificate, narrow enough for 80 columns.
  static let barCells = 20
}
