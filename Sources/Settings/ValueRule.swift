/// What one key accepts.
///
/// `read` is the only judge of values.
enum ValueRule: Sendable {
  /// A service unit that is no template.
  case unit
  /// A plain name: profile, site.
  case name
  /// A TCP port.
  case port
  /// True or false; `onlyIn` the one that this key can have, and why.
  case flag(only: Bool? = nil, because: String = "")
  /// One of these texts.
  case choice([String])
  /// An absolute path of a file.
  case path
  /// A duration within bounds.
  case duration(ClosedRange<Int>)
  /// Host names and addresses of a certificate.
  case hostNames
  /// Addresses to listen on.
  case addresses
  /// A calendar expression of systemd.time(7); systemd itself judges it later.
  case calendar
  /// A moment as RFC 3339 writes it.
  case moment
  /// A SHA-256 in lower-case hexadecimal digits.
  case sha256
  /// One line of free text.
  case note

  /// A value that was read.
  enum Value: Equatable, Sendable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case texts([String])
  }

  /// The type of values, for people and scripts.
  var type: KeyType {
    switch self {
    case .unit, .name, .choice, .calendar, .moment, .note, .sha256, .path:
      .string
    case .port: .integer
    case .flag: .boolean
    case .duration: .duration
    case .hostNames, .addresses: .strings
    }
  }

  /// What is accepted, in words that end a sentence.
  var accepted: String {
    switch self {
    case .unit: "the name of one service unit such as \"nginx.service\", no template"
    case .name:
      "a name of a-z, 0-9 and \"-\", at most \(SettingsLimits.nameCharacters) characters"
    case .port: "a whole number from 1 to 65535"
    case .flag(let only, let because):
      only.map { "\($0): \(because)" } ?? "true or false"
    case .choice(let choices):
      choices.map { quoted($0) }.joined(separator: " or ")
    case .path:
      "the absolute path of a file, without \"..\", outside of the folders of supervisord-ec, at"
        + " most \(SettingsLimits.pathBytes) bytes"
    case .duration(let range):
      "a duration in quotes such as \"30d\" or \"1h 30min\", "
        + "\(formatDuration(range.lowerBound)) to \(formatDuration(range.upperBound))"
    case .hostNames:
      "a list of host names and addresses such as [\"ec.example.com\", \"192.0.2.1\"], each once,"
        + " at most \(SettingsLimits.certificateNames)"
    case .addresses:
      "a list of addresses such as [\"0.0.0.0\", \"::\"], each once,"
        + " at most \(SettingsLimits.bindAddresses)"
    case .calendar:
      "a calendar expression of systemd.time(7) in quotes, such as \"Sun 03:00\"; try it with:"
        + " systemd-analyze calendar"
    case .moment: "a moment in quotes, such as \"2026-12-24T18:00:00Z\""
    case .sha256: "a SHA-256: 64 digits of 0-9 and a-f, as certificate import prints it"
    case .note: "one line of text, at most \(SettingsLimits.noteCharacters) characters"
    }
  }

  /// Refuses a value of another type; ranges and forms are not looked at.
  func checkType(_ node: TOMLNode) throws(Refusal) {
    switch (self, node) {
    case (.port, .integer), (.flag, .boolean):
      return
    case (.unit, .string), (.name, .string), (.choice, .string), (.duration, .string),
      (.calendar, .string), (.moment, .string), (.note, .string), (.sha256, .string),
      (.path, .string):
      return
    case (.hostNames, .array(let items)), (.addresses, .array(let items)):
      for item in items {
        guard case .string = item else {
          throw refusal("wrong-type", "a list with \(item.found) in it")
        }
      }
    case (.duration, .integer(let number)):
      throw Refusal(
        code: "wrong-type", found: node.found,
        expected: "a duration with its unit, in quotes: write \"\(number)d\" for days"
          + " (units: s, min, h, d, w)")
    default:
      throw refusal("wrong-type", node.found)
    }
  }

  func refusal(_ code: String, _ found: String) -> Refusal {
    Refusal(code: code, found: found, expected: accepted)
  }
}
