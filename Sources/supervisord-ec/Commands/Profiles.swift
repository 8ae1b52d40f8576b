internal import ArgumentParser

/// `profiles`: which kinds of servers there are profiles for.
struct Profiles: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Lists the profiles: the kinds of servers that can be adopted.",
    discussion: """
      A profile says how one kind of server takes protocol, port and certificate, how its \
      configuration is checked, and what a reload serves. They are files below \
      /usr/lib/supervisord-ec/profiles.

        supervisord-ec profiles
        supervisord-ec adopt nginx.service --profile nginx

      EXIT STATUS: 0 listed; 1 there is none, or one cannot be read; 64 wrong usage.
      """)

  func run(in environment: Environment) throws -> ExitStatus {
    let profiles = try environment.profiles()
    guard !profiles.isEmpty else {
      throw CommandProblem(
        .refused, "no profile is installed",
        next: "Install the package again: apt install --reinstall supervisord-ec")
    }
    let width = (profiles.map(\.name.count).max() ?? 0) + 2
    environment.say(
      profiles.map { profile in
        Line(
          Piece(profile.name.padded(width), .bold),
          Piece(profile.description, profile.isBroken ? .bad : .plain))
      })
    return profiles.contains(where: \.isBroken) ? .refused : .done
  }
}
