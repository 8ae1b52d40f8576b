/// Why a profile cannot be loaded or rendered: a code, a place and a reason.
public struct ProfileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: String, Sendable {
    /// There is no such profile.
    case missing = "profile-missing"
    /// `profile.toml` or a template cannot be read or is not well formed.
    case invalid = "profile-invalid"
    /// A value may not stand in a configuration: its characters could break out of their place.
    case value = "value-refused"
  }

  /// What kind of failure it is.
  public let code: Code
  /// The file with its line, or the name of the value.
  public let place: String
  /// Why, and what is accepted.
  public let reason: String

  /// Makes an error.
  public init(_ code: Code, at place: String, _ reason: String) {
    self.code = code
    self.place = place
    self.reason = reason
  }

  /// One line: where, then why.
  public var description: String { "\"\(place)\": \(reason)" }
}
