/// Changes of one file by byte ranges; what the administrator wrote around them stays as it is.
struct FileEdit {
  let contents: [UInt8]
  private var removals: [Range<Int>] = []
  private var insertions: [(offset: Int, text: [UInt8])] = []

  init(_ contents: [UInt8]) { self.contents = contents }

  var isEmpty: Bool { removals.isEmpty && insertions.isEmpty }

  mutating func remove(_ range: Range<Int>) {
    if !removals.contains(range) { removals.append(range) }
  }

  /// Puts a directive where another one is removed, so with its indentation.
  mutating func replace(_ range: Range<Int>, by text: String) {
    remove(range)
    insertions.append((range.lowerBound, Array(text.utf8)))
  }

  /// Puts a directive at the start of a block: on a line of its own if the block has lines.
  mutating func insert(_ text: String, intoBlock block: NginxDirective) {
    guard let body = block.bodyStart else { return }
    var lineEnd = body
    while lineEnd < contents.count, contents[lineEnd] != newline { lineEnd += 1 }
    let rest = contents[body..<lineEnd].drop { isSpace($0) }
    let restIsComment = rest.first == UInt8(ascii: "#") || rest.isEmpty || rest == [0x0D]
    guard restIsComment, lineEnd < contents.count else {
      insertions.append((body, Array(" \(text)".utf8)))
      return
    }
    let ending: [UInt8] =
      lineEnd > 0 && contents[lineEnd - 1] == 0x0D ? [0x0D, newline] : [newline]
    let blanks =
      block.children.first.flatMap { indentation(at: $0.range.lowerBound) }
      ?? (indentation(at: block.range.lowerBound) ?? []) + Array("    ".utf8)
    insertions.append((lineEnd + 1, blanks + Array(text.utf8) + ending))
  }

  /// The file with all changes; a line of which only blanks are left is dropped.
  func applied() -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    while start < contents.count {
      let end = contents[start...].firstIndex(of: newline).map { $0 + 1 } ?? contents.count
      appendLine(start..<end, to: &result)
      start = end
    }
    return result
  }

  private let newline = UInt8(ascii: "\n")

  private func appendLine(_ line: Range<Int>, to result: inout [UInt8]) {
    let cuts = removals.filter { $0.overlaps(line) }.map { widened($0, in: line) }
    let texts = insertions.filter { line.contains($0.offset) }
    guard !cuts.isEmpty || !texts.isEmpty else {
      result += contents[line]
      return
    }
    var kept: [UInt8] = []
    for offset in line {
      for text in texts where text.offset == offset { kept += text.text }
      if !cuts.contains(where: { $0.contains(offset) }) { kept.append(contents[offset]) }
    }
    let isBlank = kept.allSatisfy { isSpace($0) || $0 == 0x0D || $0 == newline }
    if !isBlank {
      result += kept
    } else if let last = result.last, last != newline {
      // The removed directive began on a line that goes on above: that line still needs its end.
      result += kept.drop { isSpace($0) }
    }
  }

  /// A removed directive takes the blanks before it along, or those after it if it is the first of
  /// its line; none if something comes in its place.
  private func widened(_ range: Range<Int>, in line: Range<Int>) -> Range<Int> {
    guard line.contains(range.lowerBound),
      !insertions.contains(where: { $0.offset == range.lowerBound })
    else { return range }
    var start = range.lowerBound
    while start > line.lowerBound, isSpace(contents[start - 1]) { start -= 1 }
    guard start == line.lowerBound else { return start..<range.upperBound }
    var end = range.upperBound
    while end < line.upperBound, isSpace(contents[end]) { end += 1 }
    return range.lowerBound..<end
  }

  private func indentation(at offset: Int) -> [UInt8]? {
    var start = offset
    while start > 0, contents[start - 1] != newline { start -= 1 }
    let blanks = contents[start..<offset]
    return blanks.allSatisfy { isSpace($0) } ? Array(blanks) : nil
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
