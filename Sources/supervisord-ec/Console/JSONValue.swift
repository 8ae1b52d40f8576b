/// JSON as the commands print it (RFC 8259): keys in the documented order, null where nothing is
/// known.
///
/// The standard coders leave such keys out and sort as they like.
enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One key and its value.
  struct Member: Equatable, Sendable {
    var key: String
    var value: JSONValue

    init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Text, or null.
  static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  /// A number, or null.
  static func optional(_ number: Int?) -> JSONValue { number.map(JSONValue.int) ?? .null }

  /// An array of texts.
  static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

  /// Indented by two spaces, without a line end.
  var text: String {
    var result = ""
    append(to: &result, indent: "")
    return result
  }

  private func append(to result: inout String, indent: String) {
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .int(let value): result += String(value)
    case .string(let value): Self.append(value, to: &result)
    case .array(let values):
      Self.append("[", "]", values, to: &result, indent: indent) { value, result, inner in
        value.append(to: &result, indent: inner)
      }
    case .object(let members):
      Self.append("{", "}", members, to: &result, indent: indent) { member, result, inner in
        Self.append(member.key, to: &result)
        result += ": "
        member.value.append(to: &result, indent: inner)
      }
    }
  }

  private static func append<Element>(
    _ open: String, _ close: String, _ elements: [Element], to result: inout String,
    indent: String, each: (Element, inout String, String) -> Void
  ) {
    guard !elements.isEmpty else {
      result += open + close
      return
    }
    let inner = indent + "  "
    result += open
    for (index, element) in elements.enumerated() {
      result += (index == 0 ? "\n" : ",\n") + inner
      each(element, &result, inner)
    }
    result += "\n" + indent + close
  }

  /// Everything that a terminal could take for a command is escaped, not only what RFC 8259 asks.
  private static func append(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where Terminal.isHarmless(scalar): result.unicodeScalars.append(scalar)
      default:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    result += "\""
  }
}
