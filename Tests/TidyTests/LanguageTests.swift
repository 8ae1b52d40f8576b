import Testing

/// What the code may not say.
@Suite struct LanguageTests {
  static func words(_ line: String) -> [Substring] {
    line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }

  @Test func nothingInTheProductCrashesOnPurpose() {
    let banned: Set<Substring> = [
      "fatalError", "preconditionFailure", "precondition", "assertionFailure", "abort",
    ]
    for file in Tree.sources {
      for (index, line) in file.code.enumerated() {
        let found = banned.intersection(Self.words(line))
        #expect(found.isEmpty, "\(file.path):\(index + 1)")
        #expect(!line.contains("try!") && !line.contains("as!"), "\(file.path):\(index + 1)")
      }
    }
  }

  @Test func nothingInTheProductIsUnwrappedByForce() {
    for file in Tree.sources {
      for (index, line) in file.code.enumerated() where Self.forcesUnwrap(line) {
        Issue.record("\(file.path):\(index + 1) unwraps by force")
      }
    }
  }

  /// A `!` right behind a name or a bracket.
  static func forcesUnwrap(_ line: String) -> Bool {
    var before: Character = " "
    for (character, next) in zip(line, line.dropFirst() + " ") {
      let isBehindValue = before.isLetter || before.isNumber || ")]}_`\"?".contains(before)
      if character == "!" && isBehindValue && next != "=" { return true }
      before = character
    }
    return false
  }

  @Test func forceIsFound() {
    for line in ["a!", "f()!.b", "x[0]! + 1", "var a: Int!", "\"\"!"] {
      #expect(Self.forcesUnwrap(line), "\(line)")
    }
    for line in ["!a", "a != b", "(!a)", "a!=b", "#if !os(Linux)"] {
      #expect(!Self.forcesUnwrap(line), "\(line)")
    }
  }

  @Test func theDaemonHasNoThreadsAndNoTasks() {
    let banned: Set<Substring> = [
      "Task", "async", "await", "actor", "DispatchQueue", "Thread", "pthread_create", "fork",
    ]
    for file in Tree.sources {
      for (index, line) in file.code.enumerated() {
        #expect(banned.isDisjoint(with: Self.words(line)), "\(file.path):\(index + 1)")
      }
    }
  }

  @Test func testsNeverSleep() {
    let banned: Set<Substring> = ["sleep", "usleep", "nanosleep", "clock_nanosleep"]
    for file in Tree.swift where file.path.hasPrefix("Tests/") {
      for (index, line) in file.code.enumerated() {
        #expect(banned.isDisjoint(with: Self.words(line)), "\(file.path):\(index + 1)")
      }
    }
  }

  @Test func noWorkIsLeftForLater() throws {
    let banned: Set<String> = ["todo", "fixme", "xxx", "hack", "placeholder", "wip", "tbd"]
    let kinds = ["swift", "md", "py", "toml", "service", "conf", "h", "modulemap", "catalog"]
    for folder in ["Sources", "Tests", "docs", "packaging", "units"] {
      for path in Tree.files(below: folder) where !path.hasPrefix("Tests/TidyTests/") {
        let kind = path.split(separator: ".").last.map(String.init) ?? ""
        guard kinds.contains(kind) || folder != "Tests" else { continue }
        for (index, line) in try Tree.text(path).split(separator: "\n").enumerated() {
          let found = Set(Self.words(String(line)).map { $0.lowercased() })
          #expect(banned.isDisjoint(with: found), "\(path):\(index + 1)")
        }
      }
    }
  }

  @Test func commentsAndTextsAreNoCode() {
    let text = "a(\"fatalError \\\"b!\\\" \\(c(\"!\"))\") // try!"
    #expect(SwiftFile(path: "a.swift", text: text).code == ["a(\"\") "])
    let long = "let a = \"\"\"\n  fatalError()\n  \"\"\" + b\n"
    #expect(SwiftFile(path: "a.swift", text: long).code == ["let a = \"\"", "", " + b", ""])
  }
}
