internal import ArgumentParser

/// `check`: settings only; needs no daemon and changes nothing.
struct Check: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Checks settings files before anything is touched.",
    discussion: """
      Says the same as the daemon would: what is wrong, in which file and line, which value was \
      found and what is accepted. Units and profiles are looked up, too. Without FILE every \
      service's settings are read with their drop-ins.

        supervisord-ec check
        supervisord-ec check /tmp/console.toml

      EXIT STATUS: 0 everything is accepted; 1 something is wrong; 64 wrong usage.
      """)

  @Argument(help: "Settings files; every service's if none is named.")
  var files: [String] = []
  @Flag(help: "Prints JSON for programs.") var json = false

  func run(in environment: Environment) throws -> ExitStatus {
    let result = try environment.check(files)
    if json {
      environment.say(Self.json(result))
    } else {
      environment.say(result.problems.map(Self.line))
      environment.say(result.warnings.map { Line(Piece("warning: ", .busy), Piece($0)) })
      environment.say(Line(Piece(Self.summary(result))))
    }
    return result.problems.isEmpty ? .done : .refused
  }

  private static func summary(_ result: CheckResult) -> String {
    let files = "\(result.files.count) file\(result.files.count == 1 ? "" : "s")"
    return switch result.problems.count {
    case 0: result.files.isEmpty ? "There is nothing to check." : "\(files): accepted."
    case 1: "\(files): 1 problem. The last valid settings stay in force."
    case let count: "\(files): \(count) problems. The last valid settings stay in force."
    }
  }

  /// The text, behind the file if it does not name that itself.
  private static func line(_ problem: CheckProblem) -> Line {
    let file = problem.file.flatMap { problem.text.contains($0) ? nil : "\"\($0)\": " }
    return Line(Piece((file ?? "") + problem.text), Piece(" [\(problem.code)]", .dim))
  }

  /// The answer for programs.
  static func json(_ result: CheckResult) -> JSONValue {
    let problems = result.problems.map { problem in
      JSONValue.object([
        .init("code", .string(problem.code)),
        .init("file", .optional(problem.file)),
        .init("line", .optional(problem.line)),
        .init("key", .optional(problem.key)),
        .init("found", .optional(problem.found)),
        .init("expected", .optional(problem.expected)),
        .init("text", .string(problem.text)),
      ])
    }
    return .object([
      .init("accepted", .bool(result.problems.isEmpty)),
      .init("problems", .array(problems)),
      .init("checked", .strings(result.checked)),
    ])
  }
}
