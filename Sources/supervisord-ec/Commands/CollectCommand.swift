internal import Adoption
internal import ArgumentParser
internal import Files
internal import Generations
internal import Glibc
internal import Planner
internal import Systemd

/// `collect`: takes in followed files that systemd hands over.
struct CollectCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Takes in followed files; for supervisord-ec-collect@NAME.service.",
    discussion: """
      systemd reads the files that the service follows, as only root may, and hands them over. They \
      are judged as an import is; what is accepted is kept, and the daemon serves it. Runs as the \
      user supervisord-ec.
      """)

  @Argument(help: "The service's name.") var name: String

  func run(in environment: Environment) throws -> ExitStatus {
    let unit = CollectorPieces(name: name).service
    try OwnUser.require(insteadStart: unit)
    return try HelperReport(name: name, event: "trouble").run {
      guard let folder = unsafe getenv("CREDENTIALS_DIRECTORY").map({ unsafe String(cString: $0) })
      else { throw Unprepared(name: name) }
      try Self.collect(name, from: folder, paths: HostPaths())
      return nil
    }
  }

  /// `folder`: where systemd has put the files.
  static func collect(_ name: String, from folder: String, paths: HostPaths) throws {
    let now = Int(Systemd.Clock.realtimeMicroseconds() / 1_000_000)
    var intake = try FollowedIntake(reading: name, paths: paths, now: now)
    intake.isHandedOver = true
    let files = try intake.files()
    // The settings may name others since: these would be taken for what they are not.
    guard CollectorPieces(name: name, root: paths.root).areFor(files) else {
      throw Unprepared(name: name)
    }
    var content = FollowedContent(credentials: folder, of: files)
    defer { content.wipe() }
    try intake.take(content)
  }

  /// systemd hands over nothing, or other files than the settings name.
  struct Unprepared: Error, CustomStringConvertible {
    let name: String
    var description: String {
      "root has not allowed the files that the settings of \"\(name)\" name; run again as root:"
        + " supervisord-ec adopt"
    }
  }
}
