import ArgumentParser
import Settings
import Testing

@testable import supervisord_ec

/// The manual pages, the table of the README, the package and the units against the code.
@Suite struct ManualTests {
  // MARK: Settings

  /// The paragraphs of supervisord-ec.toml(5) by key path.
  static func settings() throws -> [String: String] {
    var result: [String: String] = [:]
    var sections: [String] = []
    var keys: [String] = []
    var isTag = false
    let page = try Tree.text("docs/supervisord-ec.toml.5").replacing("\\-", with: "-")
    for line in page.split(separator: "\n").map(String.init) {
      if line.hasPrefix(".SH ") {
        sections = Self.tables(line.dropFirst(4))
        keys = []
      } else if line == ".TP" {
        (isTag, keys) = (true, [])
      } else if isTag {
        isTag = false
        // ".BR one ", " two" sets two names with a comma in between.
        let words = line.split { " \",".contains($0) }
        let names = line.hasPrefix(".B") ? words.dropFirst() : []
        keys = names.flatMap { name in sections.map { $0.isEmpty ? "\(name)" : "\($0).\(name)" } }
        for key in keys { result[key] = "" }
      } else {
        for key in keys { result[key, default: ""] += line + "\n" }
      }
    }
    return result
  }

  /// `[channels.agents], [channels.NAME]` → both names; `TOP LEVEL` → the empty one.
  static func tables(_ heading: some StringProtocol) -> [String] {
    guard heading.contains("[") else { return heading == "TOP LEVEL" ? [""] : [] }
    return heading.split(separator: ",").map { $0.split { "[] ".contains($0) }.joined() }
  }

  @Test func everySettingIsExplainedWithItsDefault() throws {
    let explained = try Self.settings()
    for key in SettingsKeys.known {
      guard let text = explained[key.path] else {
        Issue.record("supervisord-ec.toml(5) says nothing of \(key.path)")
        continue
      }
      guard let value = key.defaultValue else { continue }
      #expect(
        text.contains("Default: \(value)") || text.contains("\(value) (default)"),
        "supervisord-ec.toml(5) does not say the default \(value) of \(key.path)")
    }
  }

  @Test func noSettingIsExplainedThatDoesNotExist() throws {
    let known = Set(SettingsKeys.known.map(\.path))
    #expect(Set(try Self.settings().keys).subtracting(known) == [])
  }

  // MARK: Verbs

  static func verbs(of command: any ParsableCommand.Type) -> [String] {
    command.configuration.subcommands.flatMap { verb in
      let inner = verbs(of: verb)
      return inner.isEmpty ? [verb._commandName] : inner.map { "\(verb._commandName) \($0)" }
    }
  }

  static var verbs: [String] { verbs(of: SupervisordEC.self) }

  @Test func everyVerbIsExplained() throws {
    let page = try Tree.text("docs/supervisord-ec.8").replacing("\\-", with: "-")
    let tags = page.split(separator: "\n").filter { $0.hasPrefix(".B") }
    for verb in Self.verbs {
      let isThere = tags.contains { tag in
        let text = tag.drop { $0 != " " }.drop { $0 == " " || $0 == "\"" }
        return text == verb || text.hasPrefix("\(verb) ")
      }
      #expect(isThere, "supervisord-ec(8) says nothing of \"\(verb)\"")
    }
  }

  /// The words of a text that begin with two hyphens.
  static func options(_ text: String) -> Set<String> {
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-") }
    return Set(words.filter { $0.hasPrefix("--") && $0.count > 2 }.map(String.init))
  }

  /// The options of a verb and of those below it, as its help names them.
  static func options(of command: any ParsableCommand.Type) -> Set<String> {
    let own = options(SupervisordEC.helpMessage(for: command, includeHidden: true, columns: 200))
    return command.configuration.subcommands.reduce(own) { $0.union(options(of: $1)) }
  }

  @Test func everyOptionIsExplainedAndNoOther() throws {
    let page = try Tree.text("docs/supervisord-ec.8").replacing("\\-", with: "-")
      .replacing("\\fR", with: " ").replacing("\\fP", with: " ")
    #expect(Self.options(page) == Self.options(of: SupervisordEC.self))
  }

  @Test func unitsRunVerbsThatExist() throws {
    for path in Tree.files(below: "units") {
      for line in try Tree.text(path).split(separator: "\n") where line.hasPrefix("Exec") {
        let words = line.split { " =".contains($0) }
        guard let program = words.firstIndex(of: "/usr/bin/supervisord-ec") else { continue }
        let verb = words.dropFirst(program + 1).first.map(String.init) ?? ""
        #expect(Self.verbs.contains(verb), "\(path): \(line)")
      }
    }
  }

  @Test func everyUnitThatIsNamedInTheCodeExists() throws {
    let units = Set(Tree.files(below: "units").compactMap { $0.split(separator: "/").last })
    for unit in ["", "-prepare@", "-stage@", "-check@"] {
      #expect(units.contains("supervisord-ec\(unit).service"))
    }
  }

  // MARK: Package

  @Test func theProgramAndThePackageHaveOneVersion() throws {
    let first = try Tree.text("packaging/debian/changelog").prefix { $0 != "\n" }
    let version = first.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
    #expect(version.prefix { $0 != "-" } == Version.text)
  }

  @Test func theTableOfTheReadmeNamesEverySetting() throws {
    guard let readme = try? Tree.text("README.md") else { return }
    let rows = readme.split(separator: "\n").filter { $0.hasPrefix("|") }
    try #require(!rows.isEmpty, "README.md has no table")
    for key in SettingsKeys.known where !key.path.contains("NAME") {
      let leaf = key.path.split(separator: ".").last.map(String.init) ?? key.path
      let row = rows.first { $0.contains(leaf) }
      #expect(row != nil, "README.md has no row for \(key.path)")
    }
  }
}
