/// A value of a settings file, free of the parser's handles.
indirect enum TOMLNode: Equatable, Sendable {
  case string(String)
  case integer(Int)
  case float(String)
  case boolean(Bool)
  /// A date, a time or both, as text.
  case moment(String)
  case array([TOMLNode])
  case table([Entry])
  /// Deeper than settings can be; nobody looks inside.
  case tooDeep

  /// A key of a table with its value.
  struct Entry: Equatable, Sendable {
    var key: String
    var value: TOMLNode
  }

  /// The value in words, for a problem's text.
  var found: String {
    switch self {
    case .string(let text): "the text \(quoted(text))"
    case .integer(let number): "the number \(number)"
    case .float(let text): "the number \(text)"
    case .boolean(let flag): "\(flag)"
    case .moment(let text): "the date or time \(text)"
    case .array(let items): items.isEmpty ? "an empty list" : "a list"
    case .table, .tooDeep: "a table"
    }
  }
}

/// A key path as TOML writes it: parts that are not bare are quoted.
func renderPath(_ parts: [String]) -> String {
  parts.map { isBareKey($0) ? $0 : quoted($0) }.joined(separator: ".")
}

/// Whether a key needs no quotes (TOML 1.0.0, "Keys").
func isBareKey(_ text: String) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
}
