internal import ArgumentParser

/// One verb of the command line.
///
/// It sees the world through `Environment` only, so a test can run it.
protocol Verb: ParsableCommand {
  /// Does it. What is thrown is a `CommandProblem` or one of ArgumentParser's errors.
  func run(in environment: Environment) throws -> ExitStatus
}

extension Verb {
  /// ArgumentParser's own way in, for a verb that is started without `SupervisordEC.run`.
  mutating func run() throws {
    throw ExitCode(try run(in: .live()).rawValue)
  }
}

/// What the shell gets; the numbers from 64 on are those of sysexits.h.
enum ExitStatus: Int32, Sendable {
  /// Done, or good.
  case done = 0
  /// Refused, or not good.
  case refused = 1
  /// Wrong usage.
  case usage = 64
  /// The daemon or systemd does not answer.
  case unavailable = 69
  /// Not permitted.
  case notPermitted = 77

  /// The paragraph that ends the help of a verb that only shows.
  static let help = """
    EXIT STATUS: 0 done or good; 1 refused, or not good; 64 wrong usage; 69 the daemon or systemd \
    does not answer; 77 not permitted.
    """
}

/// Why a verb ends without having done its work: one line says what and why, one what to do next.
struct CommandProblem: Error, Equatable {
  var status: ExitStatus
  var what: String
  var next: String?

  init(_ status: ExitStatus, _ what: String, next: String? = nil) {
    self.status = status
    self.what = what
    self.next = next
  }
}
