/// One piece of an nginx configuration file.
struct NginxToken: Equatable {
  enum Kind: Equatable {
    /// A word, unquoted and unescaped.
    case word(String)
    case semicolon
    case open
    case close
  }

  var kind: Kind
  /// Where it stands, in bytes.
  var range: Range<Int>
  /// The line of its first byte, from 1.
  var line: Int
}

/// Why a configuration cannot be read: what, where.
public struct NginxSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as nginx names it.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// What is wrong there.
  public let reason: String

  /// One line: where, what, what to do.
  public var description: String {
    "\"\(file)\", line \(line): \(reason); \"nginx -t\" says whether nginx takes the file"
  }
}

/// Cuts one file into words, `;`, `{` and `}` by the rules of nginx.
///
/// It does not interpret words: variables stay as they are. The rules are those that nginx
/// documents by its behaviour: `#` starts a comment only where a word may start, `${` is part of a
/// word, a quoted word must be followed by a space, `;`, `{` or `)`.
struct NginxLexer {
  private let bytes: [UInt8]
  private let file: String
  private(set) var position = 0
  private(set) var line = 1

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The next token; nil at the end of the file.
  mutating func next() throws(NginxSyntaxError) -> NginxToken? {
    skipBlanksAndComments()
    guard position < bytes.count else { return nil }
    let start = position
    switch bytes[position] {
    case UInt8(ascii: ";"): return single(.semicolon, start)
    case UInt8(ascii: "{"): return single(.open, start)
    case UInt8(ascii: "}"): return single(.close, start)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return try quotedWord(start)
    default: return try plainWord(start)
    }
  }

  func failure(_ reason: String, line: Int? = nil) -> NginxSyntaxError {
    NginxSyntaxError(file: file, line: line ?? self.line, reason: reason)
  }

  /// Skips to the `}` that closes a Lua block, across Lua strings and comments.
  mutating func skipLuaBlock() throws(NginxSyntaxError) -> NginxToken {
    let firstLine = line
    var depth = 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "-"), position + 1 < bytes.count, bytes[position + 1] == byte {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        continue
      }
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        skipLuaString(byte)
        continue
      }
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { return single(.close, position) }
      }
      advance()
    }
    throw failure("the Lua block is never closed", line: firstLine)
  }

  private mutating func skipLuaString(_ quote: UInt8) {
    advance()
    while position < bytes.count {
      let byte = bytes[position]
      advance()
      if byte == quote || byte == UInt8(ascii: "\n") { return }
      if byte == UInt8(ascii: "\\"), position < bytes.count { advance() }
    }
  }

  private mutating func single(_ kind: NginxToken.Kind, _ start: Int) -> NginxToken {
    position = start + 1
    return NginxToken(kind: kind, range: start..<position, line: line)
  }

  private mutating func advance() {
    if bytes[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  private mutating func skipBlanksAndComments() {
    while position < bytes.count {
      if isBlank(bytes[position]) {
        advance()
      } else if bytes[position] == UInt8(ascii: "#") {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      } else {
        return
      }
    }
  }

  private mutating func quotedWord(_ start: Int) throws(NginxSyntaxError) -> NginxToken {
    let quote = bytes[start]
    let firstLine = line
    advance()
    while position < bytes.count, bytes[position] != quote {
      try rejectBinary()
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { advance() }
      advance()
    }
    guard position < bytes.count else {
      throw failure("the quoted word is never closed", line: firstLine)
    }
    let text = unescaped(bytes[start + 1..<position])
    advance()
    if position < bytes.count {
      let after = bytes[position]
      guard isBlank(after) || endsWord(after) || after == UInt8(ascii: ")") else {
        throw failure("a quoted word must be followed by a space or \";\"")
      }
    }
    return NginxToken(kind: .word(text), range: start..<position, line: firstLine)
  }

  private mutating func plainWord(_ start: Int) throws(NginxSyntaxError) -> NginxToken {
    let firstLine = line
    var afterDollar = false
    while position < bytes.count {
      let byte = bytes[position]
      try rejectBinary()
      if isBlank(byte) || byte == UInt8(ascii: ";") { break }
      if byte == UInt8(ascii: "{") && !afterDollar { break }
      afterDollar = byte == UInt8(ascii: "$")
      if byte == UInt8(ascii: "\\"), position + 1 < bytes.count { advance() }
      advance()
    }
    let text = unescaped(bytes[start..<position])
    return NginxToken(kind: .word(text), range: start..<position, line: firstLine)
  }

  private func rejectBinary() throws(NginxSyntaxError) {
    guard bytes[position] != 0 else { throw failure("a zero byte: this is no text") }
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
      || byte == UInt8(ascii: "\n")
  }

  private func endsWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{")
  }

  /// nginx drops the backslash before quotes and itself, knows \t, \r and \n, and keeps any other.
  private func unescaped(_ raw: ArraySlice<UInt8>) -> String {
    guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
    var result: [UInt8] = []
    var index = raw.startIndex
    while index < raw.endIndex {
      let byte = raw[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < raw.endIndex else {
        result.append(byte)
        continue
      }
      switch raw[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): result.append(raw[index])
      case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
      case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
      case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
      default:
        result.append(byte)
        result.append(raw[index])
      }
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}
