/// A unified diff of one file, as patch(1) takes it with `-p1`.
///
/// It works on bytes: neither CRLF nor text that is not UTF-8 changes. Empty if nothing differs.
/// `path` is absolute; `nil` is returned for a path that cannot stand in a diff (a control
/// character, a quote or a backslash).
public func unifiedDiff(
  old: [UInt8], new: [UInt8], path: String, context: Int = 3
) -> [UInt8]? {
  guard !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }) else {
    return nil
  }
  let script = editScript(old: diffLines(old), new: diffLines(new))
  guard script.contains(where: { $0.mark != .same }) else { return [] }
  // After a tab patch(1) expects a date; without the tab it would cut a name at its first space.
  let end = path.utf8.contains(UInt8(ascii: " ")) ? "\t\n" : "\n"
  var output = Array("--- a\(path)\(end)+++ b\(path)\(end)".utf8)
  for hunk in hunks(script, context: context) { append(hunk, of: script, to: &output) }
  return output
}

private struct ScriptLine {
  enum Mark: UInt8 {
    case same = 0x20
    case removed = 0x2D
    case added = 0x2B
  }

  var mark: Mark
  var text: ArraySlice<UInt8>
  /// How many old and new lines precede this one.
  var before: (old: Int, new: Int)
}

/// Lines with their newline; the last may lack it.
private func diffLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var result: [ArraySlice<UInt8>] = []
  var start = 0
  for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
    result.append(bytes[start...index])
    start = index + 1
  }
  if start < bytes.count { result.append(bytes[start...]) }
  return result
}

private func editScript(
  old: [ArraySlice<UInt8>], new: [ArraySlice<UInt8>]
) -> [ScriptLine] {
  let difference = new.difference(from: old)
  var removed = Set<Int>()
  var added = Set<Int>()
  for change in difference {
    switch change {
    case .remove(let offset, _, _): removed.insert(offset)
    case .insert(let offset, _, _): added.insert(offset)
    }
  }
  var script: [ScriptLine] = []
  var (oldIndex, newIndex) = (0, 0)
  while oldIndex < old.count || newIndex < new.count {
    let before = (oldIndex, newIndex)
    if removed.contains(oldIndex) {
      script.append(ScriptLine(mark: .removed, text: old[oldIndex], before: before))
      oldIndex += 1
    } else if newIndex < new.count, added.contains(newIndex) {
      script.append(ScriptLine(mark: .added, text: new[newIndex], before: before))
      newIndex += 1
    } else {
      script.append(ScriptLine(mark: .same, text: old[oldIndex], before: before))
      oldIndex += 1
      newIndex += 1
    }
  }
  return script
}

private func hunks(_ script: [ScriptLine], context: Int) -> [Range<Int>] {
  var result: [Range<Int>] = []
  for (index, line) in script.enumerated() where line.mark != .same {
    let range = max(0, index - context)..<min(script.count, index + context + 1)
    if let last = result.last, last.upperBound >= range.lowerBound {
      result[result.count - 1] = last.lowerBound..<range.upperBound
    } else {
      result.append(range)
    }
  }
  return result
}

private func append(_ hunk: Range<Int>, of script: [ScriptLine], to output: inout [UInt8]) {
  let lines = script[hunk]
  let oldCount = lines.count { $0.mark != .added }
  let newCount = lines.count { $0.mark != .removed }
  let before = script[hunk.lowerBound].before
  // Of an empty side the line before it is named (POSIX, diff -u).
  let oldStart = oldCount == 0 ? before.old : before.old + 1
  let newStart = newCount == 0 ? before.new : before.new + 1
  output += Array("@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@\n".utf8)
  for line in lines {
    output.append(line.mark.rawValue)
    output += line.text
    if line.text.last != UInt8(ascii: "\n") {
      output += Array("\n\\ No newline at end of file\n".utf8)
    }
  }
}
