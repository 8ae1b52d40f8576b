/// One key of the settings: what the manual, suggestions and refusals say about it.
public struct KeyDescription: Sendable {
  /// The path; `NAME` stands for the name of any channel without a row of its own.
  public let path: String
  /// Its value as TOML writes it; nil if there is none until it is given.
  public let defaultValue: String?
  /// One line of help.
  public let help: String
  let rule: ValueRule

  init(_ path: String, _ rule: ValueRule, default defaultValue: String?, _ help: String) {
    self.path = path
    self.rule = rule
    self.defaultValue = defaultValue
    self.help = help
  }

  /// The type of its values.
  public var type: KeyType { rule.type }

  /// What is accepted, in words.
  public var accepted: String { rule.accepted }
}

/// The types of values.
public enum KeyType: String, Codable, Sendable {
  /// A text.
  case string
  /// A whole number.
  case integer
  /// True or false.
  case boolean
  /// A text such as `30d`.
  case duration
  /// A list of texts.
  case strings
}
