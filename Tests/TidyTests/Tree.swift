import Files
import Testing

/// The source tree that this test was compiled from.
enum Tree {
  static let root = String(#filePath.split(separator: "/Tests/TidyTests/").first ?? "")

  /// A text file of the tree.
  static func text(_ path: String) throws -> String {
    let bytes = try FileSystem.read("\(root)/\(path)", limit: 4 << 20)
    return try #require(String(validating: bytes, as: UTF8.self), "\(path) is not UTF-8")
  }

  /// The paths of all files below a folder, hidden ones left out.
  static func files(below folder: String) -> [String] {
    FileSystem.list("\(root)/\(folder)").filter { !$0.hasPrefix(".") }.flatMap { name in
      let path = "\(folder)/\(name)"
      return FileSystem.isDirectory("\(root)/\(path)") ? files(below: path) : [path]
    }
  }

  /// The names of the folders in a folder.
  static func folders(in folder: String) -> [String] {
    FileSystem.list("\(root)/\(folder)").filter {
      FileSystem.isDirectory("\(root)/\(folder)/\($0)")
    }
  }

  /// Every Swift file of the product and of its tests.
  static let swift: [SwiftFile] =
    (["Package.swift"] + (files(below: "Sources") + files(below: "Tests")).sorted())
    .filter { $0.hasSuffix(".swift") }
    .compactMap { path in (try? text(path)).map { SwiftFile(path: path, text: $0) } }

  /// Every Swift file of the product.
  static var sources: [SwiftFile] { swift.filter { $0.path.hasPrefix("Sources/") } }
}

/// One Swift file: its lines as they are, and without comments and string literals.
struct SwiftFile: CustomStringConvertible {
  let path: String
  let lines: [String]
  /// As many as `lines`.
  let code: [String]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var isInLongText = false
    code = lines.map { Self.code(of: $0, &isInLongText) }
  }

  var description: String { path }

  /// `Sources/NAME/…` and `Tests/NAME/…` → `NAME`.
  var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

  /// The modules that it imports.
  var imports: [String] {
    code.compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index < 3, index + 1 < words.count,
        words[..<index].allSatisfy({ Self.importModifiers.contains(String($0)) })
      else { return nil }
      return words.last.map { String($0.prefix { $0 != "." }) }
    }
  }

  private static let importModifiers: Set = [
    "public", "package", "internal", "private", "fileprivate", "@testable", "@preconcurrency",
  ]

  /// Leaves `""` of a text and nothing of a comment; what is interpolated is taken for text.
  private static func code(of line: String, _ isInLongText: inout Bool) -> String {
    var result = ""
    var rest = line[...]
    while let character = rest.first {
      if isInLongText {
        guard let end = rest.firstRange(of: "\"\"\"") else { return result }
        isInLongText = false
        rest = rest[end.upperBound...]
      } else if rest.hasPrefix("\"\"\"") {
        isInLongText = true
        result += "\"\""
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("//") {
        return result
      } else if character == "\"" {
        result += "\"\""
        rest = afterText(rest.dropFirst())
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// What follows the closing quote, texts inside of interpolations passed over.
  private static func afterText(_ text: Substring) -> Substring {
    var rest = text
    while let character = rest.first {
      if rest.hasPrefix("\\(") {
        rest = afterInterpolation(rest.dropFirst(2))
      } else if character == "\\" {
        rest = rest.dropFirst(2)
      } else {
        rest = rest.dropFirst()
        if character == "\"" { return rest }
      }
    }
    return rest
  }

  private static func afterInterpolation(_ text: Substring) -> Substring {
    var (rest, depth) = (text, 1)
    while let character = rest.first {
      rest = rest.dropFirst()
      switch character {
      case "(": depth += 1
      case ")": depth -= 1
      case "\"": rest = afterText(rest)
      default: break
      }
      if depth == 0 { return rest }
    }
    return rest
  }
}
