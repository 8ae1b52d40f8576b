internal import ArgumentParser
internal import Planner

/// `restart`: asks the daemon for a prepared restart.
struct Restart: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Prepares a service, then reloads or restarts it, whichever is gentlest.",
    discussion: """
      Preparation renews a certificate that is in its renewal window and puts staged changes in \
      place. Then the daemon reloads the server where that serves the change, and restarts it where \
      it does not. A "systemctl restart" of the unit prepares as well, but always restarts.

        supervisord-ec restart console

      EXIT STATUS: 0 done, and the server answers; 1 refused or failed (says why); 64 wrong usage; \
      69 the daemon does not answer, and nothing was done; 77 not permitted.
      """)

  @OptionGroup var service: RequiredName

  func run(in environment: Environment) throws -> ExitStatus {
    try environment.ask(.restart, service.name)
  }
}
