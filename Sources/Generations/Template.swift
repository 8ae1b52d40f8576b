/// A configuration template: text with values and sections.
///
/// `{{name}}` is a value; what stands between `{{#name}}` and `{{/name}}` is rendered for each
/// element of a list or if a flag is set, between `{{^name}}` and `{{/name}}` in the opposite case;
/// `{{! … }}` is a comment. A section tag alone on its line takes the line with it. Deliberately no
/// more than that: no expressions, no includes, no escapes, no defaults.
struct Template: Sendable {
  /// The file that it came from, for errors.
  let file: String
  let nodes: [Node]

  indirect enum Node: Sendable {
    case text(String)
    case value(String, line: Int)
    case section(String, inverted: Bool, line: Int, [Node])
  }

  /// Parses a template; an error names file and line.
  init(_ source: String, file: String) throws(ProfileError) {
    var parser = Parser(file: file)
    let body = source.hasSuffix("\n") ? source.dropLast() : source[...]
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, text) in lines.enumerated() { try parser.take(text, line: index + 1) }
    self.file = file
    nodes = try parser.finish()
  }

  /// Collects nodes line by line; open sections are on the stack.
  private struct Parser {
    struct Open {
      var name: String
      var inverted: Bool
      var line: Int
      var nodes: [Node] = []
    }

    let file: String
    var stack = [Open(name: "", inverted: false, line: 0)]

    mutating func take(_ text: Substring, line: Int) throws(ProfileError) {
      var rest = text
      if let tag = Self.loneTag(text) {
        return try take(tag: tag, line: line)
      }
      while let start = rest.firstRange(of: "{{") {
        add(.text(String(rest[..<start.lowerBound])))
        let inner = rest[start.upperBound...]
        guard let end = inner.firstRange(of: "}}") else {
          throw error(line, "\"{{\" without \"}}\" on the same line")
        }
        try take(tag: inner[..<end.lowerBound], line: line)
        rest = inner[end.upperBound...]
      }
      add(.text(String(rest) + "\n"))
    }

    mutating func take(tag: Substring, line: Int) throws(ProfileError) {
      switch tag.first {
      case "!": return
      case "#", "^":
        guard stack.count <= StoreLimits.templateDepth else {
          throw error(line, "more than \(StoreLimits.templateDepth) sections inside each other")
        }
        let name = try name(tag.dropFirst(), line)
        stack.append(Open(name: name, inverted: tag.first == "^", line: line))
      case "/":
        let name = try name(tag.dropFirst(), line)
        guard stack.count > 1, let open = stack.popLast(), open.name == name else {
          throw error(line, "\"{{/\(name)}}\" closes no section of that name")
        }
        add(.section(name, inverted: open.inverted, line: open.line, open.nodes))
      default: add(.value(try name(tag, line), line: line))
      }
    }

    mutating func finish() throws(ProfileError) -> [Node] {
      guard let last = stack.popLast() else { return [] }
      guard stack.isEmpty else {
        throw error(last.line, "the section \"\(last.name)\" is never closed")
      }
      return last.nodes
    }

    /// The tag of a line that holds nothing but one section tag or comment.
    static func loneTag(_ text: Substring) -> Substring? {
      let line = text.drop { $0 == " " }
      guard line.hasPrefix("{{"), line.hasSuffix("}}"), line.count > 4 else { return nil }
      let tag = line.dropFirst(2).dropLast(2)
      guard let first = tag.first, "#^/!".contains(first), tag.firstRange(of: "}}") == nil else {
        return nil
      }
      return tag
    }

    mutating func add(_ node: Node) {
      if case .text(let text) = node, text.isEmpty { return }
      stack[stack.count - 1].nodes.append(node)
    }

    func name(_ text: Substring, _ line: Int) throws(ProfileError) -> String {
      let usual = text.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      }
      guard usual, !text.isEmpty else {
        throw error(line, "\"\(text)\" is no name: only a-z and \"_\"")
      }
      return String(text)
    }

    func error(_ line: Int, _ reason: String) -> ProfileError {
      ProfileError(.invalid, at: "\(file):\(line)", reason)
    }
  }
}
