internal import ArgumentParser

/// Says which verb was meant, where ArgumentParser only says that the word is unexpected.
enum UnknownVerb {
  /// What is wrong with the first word that is no verb; nil if something else is wrong.
  static func problem(_ arguments: [String]) -> CommandProblem? {
    var path = "supervisord-ec"
    var verbs = SupervisordEC.configuration.subcommands
    for word in arguments {
      guard !verbs.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
      guard let next = verbs.first(where: { name(of: $0) == word }) else {
        return problem(word, path, typed: verbs.filter(isTyped).map { name(of: $0) })
      }
      path += " \(word)"
      verbs = next.configuration.subcommands
    }
    return nil
  }

  private static func problem(_ word: String, _ path: String, typed: [String]) -> CommandProblem {
    let hint =
      if let meant = NameHint.nearest(to: word, in: typed) {
        ", did you mean \"\(meant)\"?"
      } else {
        "; there are: \(typed.sorted().joined(separator: ", "))"
      }
    return CommandProblem(
      .usage, "\"\(word)\" is no verb of \"\(path)\"\(hint)",
      next: "Usage: \(path) VERB …; see: \(path) --help")
  }

  private static func name(of verb: any ParsableCommand.Type) -> String { verb._commandName }

  /// What only units run is no help to anybody.
  private static func isTyped(_ verb: any ParsableCommand.Type) -> Bool {
    !verb.configuration.abstract.hasSuffix(".service.")
  }
}
