internal import ArgumentParser
internal import Certificates

/// The command line: reads arguments, runs the verb, turns every way to fail into an exit status.
@main
struct SupervisordEC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervisord-ec",
    abstract: "Moves a management server to HTTPS and keeps its certificate alive.",
    discussion: """
      A daemon watches settings, certificates and the server's unit. It stages each change, has it \
      checked, lets systemd restart or reload the server, and rolls back what does not answer. \
      These verbs show what it does and tell it what is wanted.

        supervisord-ec status                  how everything is
        supervisord-ec plan                    what happens next, when and why
        supervisord-ec enable-https console    moves the console to HTTPS, for good

      Settings: /etc/supervisord-ec/services.d/NAME.toml. Journal: journalctl -u supervisord-ec.

      \(ExitStatus.help)
      """,
    version: Version.text,
    subcommands: [
      Status.self, Plan.self, Check.self, EnableHTTPS.self, SetCommand.self, HoldCommand.self,
      Restart.self,
      CertificateCommand.self, Profiles.self, DaemonCommand.self, Prepare.self, Stage.self,
      CalendarCommand.self, CollectCommand.self,
      RunCheck.self, Adopt.self, ReleaseCommand.self,
    ])

  /// The way in.
  static func main() {
    SecretMemory.forbidDumps()
    let status = run(Array(CommandLine.arguments.dropFirst()), in: .live())
    Interruption.endIfInterrupted(status)
    exit(withError: ExitCode(status))
  }

  /// Runs one command line and returns its exit status.
  static func run(_ arguments: [String], in environment: Environment) -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      guard let verb = command as? any Verb else {
        try command.run()
        return ExitStatus.done.rawValue
      }
      return try verb.run(in: environment).rawValue
    } catch let problem as CommandProblem {
      return report(problem, in: environment)
    } catch let interruption as Interruption {
      return interruption.status
    } catch {
      guard let problem = UnknownVerb.problem(arguments) else {
        return report(error, in: environment)
      }
      return report(problem, in: environment)
    }
  }

  private static func report(_ problem: CommandProblem, in environment: Environment) -> Int32 {
    environment.complain("supervisord-ec: \(problem.what)")
    if let next = problem.next { environment.complain("  \(next)") }
    return problem.status.rawValue
  }

  /// Help and version go to standard output and are no failure; everything else to standard error.
  private static func report(_ error: any Error, in environment: Environment) -> Int32 {
    let status = exitCode(for: error)
    let message = fullMessage(for: error)
    if !message.isEmpty {
      environment.write(message + "\n", status.isSuccess ? .output : .error)
    }
    return status.rawValue
  }
}
