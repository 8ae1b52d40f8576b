// What `supervisord-ec set` writes: one drop-in that is rewritten as a whole.

/// The first lines of a drop-in that is written here.
private let heading = """
  # Written by "supervisord-ec set NAME KEY VALUE", which rewrites this file as a whole.
  # A comment here is lost; a value can be changed or taken out with an editor.

  """

/// The new contents of a drop-in after one key is set.
///
/// `current` is what the file holds now; nil if there is none. `value` is bare or TOML: `8384`,
/// `https`, `"https"`, `30d`, `ec.example.com`, `["a.example", "b.example"]`.
///
/// Throws `unknown-key`, `wrong-type`, `out-of-range`, `bad-value` for what was
/// asked, and the first problem of `current` if that cannot be kept.
public func settingDropIn(
  current bytes: [UInt8]?, key: String, value: String, file: String = "90-set.toml"
) throws(SettingsProblem) -> [UInt8] {
  let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  let asked = Place(file: "")
  if path.count > 1, path[0] == "channels", !isPlainName(path[1]) {
    throw SettingsProblem(
      Refusal(code: "bad-name", found: "no channel", expected: ValueRule.name.accepted), at: asked,
      key: key)
  }
  guard let known = knownKey(path) else {
    guard !isKnownTable(path) else {
      throw SettingsProblem(
        Refusal(
          code: "wrong-type", found: "a table", expected: "one of its keys, such as \"\(key).…\""),
        at: asked, key: key)
    }
    throw unknownKey(path, at: asked)
  }
  let node = readArgument(value, for: known.rule.type)
  do throws(Refusal) {
    _ = try known.rule.read(node)
  } catch {
    throw SettingsProblem(error, at: asked, key: key)
  }
  var content = FragmentContent(bytes ?? [], file: file)
  if let problem = content.problems.first { throw problem }
  content.leaves[key] = Leaf(node: node, place: asked)
  return Array(render(content).utf8)
}

/// The new contents of a drop-in without some keys; nil: it holds none of them.
///
/// Throws the first problem of `current` if that cannot be kept.
public func settingDropIn(
  current bytes: [UInt8], without keys: [String], file: String = "90-set.toml"
) throws(SettingsProblem) -> [UInt8]? {
  var content = FragmentContent(bytes, file: file)
  if let problem = content.problems.first { throw problem }
  let before = content.leaves.count
  for key in keys { content.leaves[key] = nil }
  return content.leaves.count == before ? nil : Array(render(content).utf8)
}

/// A value of the command line: TOML if it is that, else the text itself.
private func readArgument(_ text: String, for type: KeyType) -> TOMLNode {
  let document = try? TOMLDocument(Array("value = \(text)\n".utf8), file: "")
  // Exactly one key: a line break in the text must not smuggle in another.
  let parsed = document?.entries.count == 1 ? document?.entries.first?.value : nil
  switch (type, parsed) {
  case (.string, .string(let inner)?), (.duration, .string(let inner)?):
    return .string(inner)
  case (.strings, .array(let items)?):
    return .array(items)
  case (.strings, .string(let inner)?):
    return .array([.string(inner)])
  case (.string, _), (.duration, _):
    return .string(text)
  case (.strings, _):
    return .array([.string(text)])
  case (.integer, let node?), (.boolean, let node?):
    return node
  case (.integer, nil), (.boolean, nil):
    return .string(text)
  }
}

private func render(_ content: FragmentContent) -> String {
  var tables: [String: [(key: String, node: TOMLNode)]] = [:]
  for name in content.channels.keys { tables["channels.\(name)"] = [] }
  for (path, leaf) in content.leaves {
    let cut = path.lastIndex(of: ".")
    let table = cut.map { String(path[..<$0]) } ?? ""
    let key = cut.map { String(path[path.index(after: $0)...]) } ?? path
    tables[table, default: []].append((key, leaf.node))
  }
  var text = heading
  for (table, keys) in tables.sorted(by: { $0.key < $1.key }) {
    if !table.isEmpty { text += "\n[\(table)]\n" }
    for (key, node) in keys.sorted(by: { $0.key < $1.key }) {
      text += "\(key) = \(render(node))\n"
    }
  }
  return text
}

private func render(_ node: TOMLNode) -> String {
  switch node {
  case .string(let text): renderString(text)
  case .integer(let number): "\(number)"
  case .boolean(let flag): "\(flag)"
  case .float(let text), .moment(let text): text
  case .array(let items): "[" + items.map(render).joined(separator: ", ") + "]"
  case .table(let entries):
    "{ "
      + entries.map { entry in
        let key = isBareKey(entry.key) ? entry.key : renderString(entry.key)
        return "\(key) = \(render(entry.value))"
      }.joined(separator: ", ") + " }"
  case .tooDeep: "{}"
  }
}

/// A basic string (TOML 1.0.0, "String"): quotes, backslashes and control characters escaped.
private func renderString(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x22, 0x5C: result += "\\\(scalar)"
    case 0..<0x20, 0x7F:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
