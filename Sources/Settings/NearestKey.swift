// "Did you mean": finds keys by path, and the nearest ones to a path that is none.

/// The row of a key path; other channels share the rows of `NAME`.
func knownKey(_ path: [String]) -> KeyDescription? {
  let wanted = renderPath(pattern(of: path))
  return SettingsKeys.known.first { $0.path == wanted }
}

/// Whether a path is a table of settings rather than a key.
func isKnownTable(_ path: [String]) -> Bool {
  let wanted = renderPath(pattern(of: path)) + "."
  return SettingsKeys.known.contains { $0.path.hasPrefix(wanted) }
}

/// A path with `NAME` in the place of a channel's name that has no rows of its own.
private func pattern(of path: [String]) -> [String] {
  guard path.count > 1, path[0] == "channels", !SettingsKeys.builtInChannels.contains(path[1]),
    isPlainName(path[1])
  else { return path.contains(SettingsKeys.anyChannel) ? [""] : path }
  return [path[0], SettingsKeys.anyChannel] + path[2...]
}

/// The problem of a key that is none: with the nearest one, or with those of its table.
func unknownKey(_ path: [String], at place: Place) -> SettingsProblem {
  let name = renderPath(path)
  if let nearest = nearestKey(to: path) {
    return SettingsProblem(
      "unknown-key", at: place, key: name, found: name, expected: nearest,
      why: "unknown key \"\(name)\", did you mean \"\(nearest)\"?")
  }
  let table = Array(path.dropLast())
  let accepted = names(in: table).joined(separator: ", ")
  let inside = table.isEmpty ? "" : " in \"\(renderPath(table))\""
  return SettingsProblem(
    "unknown-key", at: place, key: name, found: name, expected: accepted,
    why: "unknown key \"\(name)\", accepted\(inside): \(accepted)")
}

/// The nearest key or table that a person can have meant; nil if nothing is near.
func nearestKey(to path: [String]) -> String? {
  guard let last = path.last else { return nil }
  let table = Array(path.dropLast())
  let siblings = names(in: table).map { (name: $0, distance: editDistance(last, $0)) }
  let tolerated = max(2, last.count / 3)
  if let best = siblings.min(by: { $0.distance < $1.distance }), best.distance <= tolerated {
    return renderPath(table + [best.name])
  }
  // The right key in the wrong table.
  let rendered = renderPath(path)
  let elsewhere = SettingsKeys.known.map(\.path)
    .filter { !$0.contains(".\(SettingsKeys.anyChannel).") }
    .map { candidate in
      let own = candidate.split(separator: ".").last.map(String.init) ?? ""
      // Without a table nothing speaks for one; the manual begins with the most likely.
      let whole = path.count > 1 ? editDistance(candidate, rendered) : 0
      return (path: candidate, own: editDistance(own, last), whole: whole)
    }
  return elsewhere.filter { $0.own <= min(2, last.count / 4) }
    .min { ($0.own, $0.whole) < ($1.own, $1.whole) }?.path
}

/// The names of keys and tables right below a table, in the order of the manual.
private func names(in table: [String]) -> [String] {
  let prefix = table.isEmpty ? "" : renderPath(pattern(of: table)) + "."
  var result: [String] = []
  for key in SettingsKeys.known where key.path.hasPrefix(prefix) {
    let rest = key.path.dropFirst(prefix.count)
    let name = String(rest.prefix { $0 != "." })
    if name != SettingsKeys.anyChannel, !result.contains(name) { result.append(name) }
  }
  return result
}

/// Insertions, deletions, replacements and swaps of neighbours between two texts.
func editDistance(_ one: String, _ other: String) -> Int {
  // No key is longer than this; a huge one is far from all of them.
  let (left, right) = (Array(one.utf8.prefix(128)), Array(other.utf8.prefix(128)))
  var before: [Int] = []
  var last = Array(0...right.count)
  for (row, byte) in left.enumerated() {
    var line = [row + 1]
    for (column, candidate) in right.enumerated() {
      var best = min(line[column] + 1, last[column + 1] + 1)
      best = min(best, last[column] + (byte == candidate ? 0 : 1))
      if row > 0, column > 0, byte == right[column - 1], left[row - 1] == candidate {
        best = min(best, before[column - 1] + 1)
      }
      line.append(best)
    }
    (before, last) = (last, line)
  }
  return last[right.count]
}
