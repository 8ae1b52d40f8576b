import ArgumentParser
import Testing

@testable import supervisord_ec

@Suite("The command line")
struct CommandLineTests {
  @Test(
    "ends with 64 on wrong usage, and says how it is meant",
    arguments: [
      ["frobnicate"], ["set", "console"], ["status", "--frob"], ["enable-https"],
      ["status", "a", "b"], ["certificate", "frob"],
    ])
  func wrongUsage(arguments: [String]) {
    let world = World()
    #expect(SupervisordEC.run(arguments, in: world.environment) == 64)
    #expect(world.output.isEmpty)
    #expect(world.errors.contains("Usage: supervisord-ec"))
  }

  @Test(
    "names the verb that was meant",
    arguments: [
      (["statsu"], "did you mean \"status\"?"), (["certificate", "renw"], "mean \"renew\"?"),
      (["frobnicate"], "there are: "),
    ])
  func unknownVerb(arguments: [String], words: String) {
    let world = World()
    #expect(SupervisordEC.run(arguments, in: world.environment) == 64)
    #expect(world.errors.contains(words))
    #expect(world.errors.split(separator: "\n").count == 2)
    #expect(!world.errors.contains("run-check"))
  }

  @Test("shows help and version on standard output, with 0")
  func help() {
    for arguments in [["--help"], ["help"], ["set", "--help"], ["--version"]] {
      let world = World()
      #expect(SupervisordEC.run(arguments, in: world.environment) == 0)
      #expect(!world.output.isEmpty && world.errors.isEmpty)
    }
  }

  @Test("has help worth reading: an example and the exit status of every verb")
  func everyHelp() {
    let groups = SupervisordEC.configuration.subcommands
    let verbs = groups.flatMap { group in
      group.configuration.subcommands.isEmpty ? [group] : group.configuration.subcommands
    }
    #expect(verbs.count >= 9)
    // What only systemd starts says for which unit it is, and is not typed.
    for verb in verbs where !verb.configuration.abstract.hasSuffix(".service.") {
      let discussion = verb.configuration.discussion
      #expect(!verb.configuration.abstract.isEmpty)
      #expect(discussion.contains("\n  supervisord-ec "), "\(verb)")
      #expect(discussion.contains("EXIT STATUS: 0 "), "\(verb)")
    }
  }

  @Test("of check names file and line of each problem")
  func check() {
    let world = World()
    world.checkResult.problems = [
      CheckProblem(
        code: "unknown-key", file: "console.toml", line: 3, key: "unitt",
        text: "\"console.toml\", line 3: unknown key \"unitt\", did you mean \"unit\"?")
    ]
    #expect(world.run("check") == 1)
    #expect(
      world.output == """
        "console.toml", line 3: unknown key "unitt", did you mean "unit"? [unknown-key]
        1 file: 1 problem. The last valid settings stay in force.

        """)
    world.checkResult.problems = []
    #expect(world.run("check") == 0)
  }

  @Test("of profiles lists them in columns, and says what to do if there is none")
  func profiles() {
    let world = World()
    #expect(world.run("profiles") == 1)
    world.profiles = [
      ProfileSummary(name: "generic", description: "Any server."),
      ProfileSummary(name: "nginx", description: "nginx 1.18 or later."),
    ]
    #expect(world.run("profiles") == 0)
    #expect(world.output == "generic  Any server.\nnginx    nginx 1.18 or later.\n")
  }
}
