/// Something the administrator should see.
public struct Notice: Codable, Equatable, Sendable {
  /// Stable name, for example `expires-soon`.
  public var code: String
  /// How bad it is.
  public var severity: Severity
  /// One line: what, where, why, what to do next.
  public var text: String

  /// Makes a notice.
  public init(code: String, severity: Severity, text: String) {
    self.code = code
    self.severity = severity
    self.text = text
  }
}

/// How bad a notice is.
public enum Severity: String, Codable, Sendable {
  /// Worth knowing.
  case info
  /// Will go wrong if nothing is done.
  case warning
  /// Is wrong now.
  case error

  var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    }
  }
}
