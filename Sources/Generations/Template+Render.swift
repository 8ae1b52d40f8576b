/// What a name in a template stands for.
enum TemplateValue: Sendable {
  /// Rendered as it is.
  case text(SafeText)
  /// A section is rendered once or not at all.
  case flag(Bool)
  /// A section is rendered for each element, with its names added to those outside.
  case list([TemplateScope])
}

/// Names and what they stand for.
typealias TemplateScope = [String: TemplateValue]

extension Template {
  /// Renders; a name that no scope knows, or that is used as what it is not, is an error with file
  /// and line.
  func render(_ scope: TemplateScope) throws(ProfileError) -> String {
    var output = ""
    try render(nodes, [scope], into: &output)
    guard output.utf8.count <= StoreLimits.fileBytes else {
      throw ProfileError(.invalid, at: file, "renders over \(StoreLimits.fileBytes) bytes")
    }
    return output
  }

  private func render(
    _ nodes: [Node], _ scopes: [TemplateScope], into output: inout String
  ) throws(ProfileError) {
    for node in nodes {
      switch node {
      case .text(let text): output += text
      case .value(let name, let line):
        guard case .text(let safe) = try value(name, line, scopes) else {
          throw error(line, "\"\(name)\" is a section, not a value")
        }
        output += safe.text
      case .section(let name, let inverted, let line, let inner):
        let value = try value(name, line, scopes)
        for element in try elements(value, inverted: inverted, name, line) {
          try render(inner, scopes + [element], into: &output)
        }
      }
    }
  }

  /// The scopes for which a section is rendered.
  private func elements(
    _ value: TemplateValue, inverted: Bool, _ name: String, _ line: Int
  ) throws(ProfileError) -> [TemplateScope] {
    switch value {
    case .flag(let isSet): isSet != inverted ? [[:]] : []
    case .list(let elements): inverted ? (elements.isEmpty ? [[:]] : []) : elements
    case .text: throw error(line, "\"\(name)\" is a value, not a section")
    }
  }

  private func value(
    _ name: String, _ line: Int, _ scopes: [TemplateScope]
  ) throws(ProfileError) -> TemplateValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    throw error(line, "nothing here is called \"\(name)\"")
  }

  private func error(_ line: Int, _ reason: String) -> ProfileError {
    ProfileError(.invalid, at: "\(file):\(line)", reason)
  }
}
