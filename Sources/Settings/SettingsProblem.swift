/// One reason why settings are refused: a code, a place, and what to do.
///
/// Equal codes mean equal kinds of problem; the set of codes can grow.
public struct SettingsProblem: Error, Equatable, Codable, Sendable {
  /// `syntax`, `not-utf8`, `too-large`, `unreadable`, `unknown-key`, `wrong-type`, `out-of-range`,
  /// `bad-value`, `missing-key`, `conflict`, `too-many` or `bad-name`.
  public let code: String
  /// The file; empty for a value that was given on the command line.
  public let file: String
  /// The line in the file, from 1.
  public let line: Int?
  /// The key path, for example `channels.console.https_port`.
  public let key: String?
  /// What was found, as text.
  public let found: String?
  /// What is accepted instead, as text.
  public let expected: String?
  /// All of it in one line, for people.
  public let text: String

  /// Makes a problem; `why` completes the text behind the place.
  init(
    _ code: String, at place: Place, key: String? = nil, found: String? = nil,
    expected: String? = nil, why: String
  ) {
    self.code = code
    self.file = place.file
    self.line = place.line
    self.key = key
    self.found = found
    self.expected = expected
    self.text = place.prefix + why
  }

  /// The common case: a key whose value is not accepted.
  init(_ refusal: Refusal, at place: Place, key: String) {
    self.init(
      refusal.code, at: place, key: key, found: refusal.found, expected: refusal.expected,
      why: "\"\(key)\" is \(refusal.found), accepted: \(refusal.expected)")
  }
}

/// A file and a line in it.
struct Place: Equatable, Sendable {
  var file: String
  var line: Int?

  var prefix: String {
    guard !file.isEmpty else { return "" }
    let name = quoted(file, limit: .max)
    return line.map { "\(name), line \($0): " } ?? "\(name): "
  }
}

/// Why one value is refused, before it is known where it stands.
struct Refusal: Error, Equatable, Sendable {
  var code: String
  var found: String
  var expected: String
}

/// A text in quotes on one line: control characters escaped, long ones cut.
func quoted(_ text: String, limit: Int = SettingsLimits.foundCharacters) -> String {
  var result = "\""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < limit else { return result + "…\"" }
    count += 1
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    default:
      // Format characters could turn the text around on a terminal.
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
  return result + "\""
}
