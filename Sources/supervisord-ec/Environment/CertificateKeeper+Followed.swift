internal import Files
internal import Glibc
internal import Planner

extension CertificateKeeper {
  /// Reads the followed files with the caller's rights, and takes what they hold though it is worse
  /// than what is served.
  func confirmFollowed(_ name: String) throws -> FollowedFacts {
    do {
      var intake = try FollowedIntake(
        reading: name, paths: paths, folders: settings.folders, now: time(nil))
      intake.isHandedOver = true
      var content = FollowedContent(reading: try intake.files())
      defer { content.wipe() }
      return try OwnerRights.with { try intake.take(content, insists: true) }
    } catch let error as FollowedIntake.NotFollowed {
      throw CommandProblem(
        .refused, "\(error)", next: "Or name the files to import: --chain FILE, --pkcs12 FILE")
    } catch let error as FileError {
      throw RuntimeFolder.problem(error)
    }
  }
}
