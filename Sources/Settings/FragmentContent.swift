// The first gate: one file on its own. Keys are known and of the right type, or a problem says so;
// whether a value is accepted is asked after merging, since a stronger file may replace it.

/// A key's value with its place.
struct Leaf: Equatable, Sendable {
  var node: TOMLNode
  var place: Place
}

/// What one file gives.
struct FragmentContent: Equatable, Sendable {
  /// Known keys with values of the right type, by key path.
  var leaves: [String: Leaf] = [:]
  /// Channels that have a table here.
  var channels: [String: Place] = [:]
  var problems: [SettingsProblem] = []
  /// Whether the file could be parsed at all.
  var isParsed = true

  /// Reads one file; all problems are collected.
  init(_ bytes: [UInt8], file: String) {
    do throws(SettingsProblem) {
      let document = try TOMLDocument(bytes, file: file)
      read(document.entries, of: [], file: file, lines: document.lines)
    } catch {
      problems = [error]
      isParsed = false
    }
  }

  /// A file that could not be read.
  init(_ problem: SettingsProblem) {
    problems = [problem]
    isParsed = false
  }

  private mutating func read(
    _ entries: [TOMLNode.Entry], of table: [String], file: String, lines: KeyLines
  ) {
    for entry in entries {
      let path = table + [entry.key]
      let name = renderPath(path)
      let place = Place(file: file, line: lines[name] ?? lines[renderPath(table)])
      if table == ["channels"], !isPlainName(entry.key) {
        problems.append(
          SettingsProblem(
            Refusal(code: "bad-name", found: "no channel", expected: ValueRule.name.accepted),
            at: place, key: name))
      } else if let key = knownKey(path) {
        take(entry.value, for: key, name: name, at: place)
      } else if isKnownTable(path) {
        if table == ["channels"] { channels[entry.key] = place }
        if case .table(let inner) = entry.value {
          read(inner, of: path, file: file, lines: lines)
        } else {
          problems.append(
            SettingsProblem(
              Refusal(
                code: "wrong-type", found: entry.value.found,
                expected: "a table, written [\(name)]"),
              at: place, key: name))
        }
      } else {
        problems.append(unknownKey(path, at: place))
      }
    }
  }

  private mutating func take(
    _ node: TOMLNode, for key: KeyDescription, name: String, at place: Place
  ) {
    do throws(Refusal) {
      try key.rule.checkType(node)
      leaves[name] = Leaf(node: node, place: place)
    } catch {
      problems.append(SettingsProblem(error, at: place, key: name))
    }
  }
}
