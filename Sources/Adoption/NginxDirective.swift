/// One directive with its place in its file; a block has children.
public struct NginxDirective: Equatable, Sendable {
  /// The name and its arguments, unquoted; empty for nothing but blocks without a name, which nginx
  /// refuses.
  public var words: [String]
  /// From the first byte of the name to the `;` or `}`, in bytes.
  public var range: Range<Int>
  /// The lines that it covers, from 1.
  public var lines: ClosedRange<Int>
  /// The byte after the `{`; nil for a directive that ends in `;`.
  public var bodyStart: Int?
  /// The directives in the block.
  public var children: [NginxDirective] = []

  /// The directive's name.
  public var name: String { words.first ?? "" }
  /// What follows the name.
  public var arguments: ArraySlice<String> { words.dropFirst() }
}

/// A file of the configuration as `nginx -T` shows it.
public struct NginxFile: Equatable, Sendable {
  /// The path as nginx names it; symlinks are not resolved.
  public var path: String
  /// The contents, to the byte.
  public var contents: [UInt8]
  /// The directives at the top of the file.
  public var directives: [NginxDirective]
}

/// Builds the directives of one file; not recursive, so that no nesting ends the process.
struct NginxFileParser {
  private struct Frame {
    var directive: NginxDirective
    var children: [NginxDirective] = []
  }

  private var lexer: NginxLexer
  private var frames: [Frame] = []
  private var top: [NginxDirective] = []
  private var words: [String] = []
  private var start: (offset: Int, line: Int) = (0, 1)

  /// All directives of the file.
  static func parse(
    _ contents: [UInt8], path: String
  ) throws(NginxSyntaxError) -> [NginxDirective] {
    var parser = NginxFileParser(lexer: NginxLexer(contents, file: path))
    return try parser.run()
  }

  private init(lexer: NginxLexer) { self.lexer = lexer }

  private mutating func run() throws(NginxSyntaxError) -> [NginxDirective] {
    while let token = try lexer.next() {
      switch token.kind {
      case .word(let text):
        if words.isEmpty { start = (token.range.lowerBound, token.line) }
        words.append(text)
      case .semicolon:
        guard !words.isEmpty else { throw lexer.failure("unexpected \";\"") }
        append(directive(endingAt: token))
      case .open:
        try open(token)
      case .close:
        try close(token)
      }
    }
    guard words.isEmpty else { throw lexer.failure("the file ends where \";\" was expected") }
    if let frame = frames.last {
      let line = frame.directive.lines.lowerBound
      throw lexer.failure("the block is never closed by \"}\"", line: line)
    }
    return top
  }

  private mutating func open(_ token: NginxToken) throws(NginxSyntaxError) {
    guard !words.isEmpty else { throw lexer.failure("unexpected \"{\"") }
    guard frames.count < AdoptionLimits.nesting else {
      throw lexer.failure("more than \(AdoptionLimits.nesting) blocks inside each other")
    }
    var directive = directive(endingAt: token)
    directive.bodyStart = token.range.upperBound
    frames.append(Frame(directive: directive))
    if directive.name.hasSuffix("_by_lua_block") { try close(try lexer.skipLuaBlock()) }
  }

  private mutating func close(_ token: NginxToken) throws(NginxSyntaxError) {
    guard words.isEmpty, let frame = frames.popLast() else {
      throw lexer.failure("unexpected \"}\"")
    }
    var directive = frame.directive
    directive.range = directive.range.lowerBound..<token.range.upperBound
    directive.lines = directive.lines.lowerBound...token.line
    directive.children = frame.children
    append(directive)
  }

  private mutating func directive(endingAt token: NginxToken) -> NginxDirective {
    defer { words = [] }
    return NginxDirective(
      words: words, range: start.offset..<token.range.upperBound, lines: start.line...token.line)
  }

  private mutating func append(_ directive: NginxDirective) {
    if frames.isEmpty {
      top.append(directive)
    } else {
      frames[frames.count - 1].children.append(directive)
    }
  }
}
