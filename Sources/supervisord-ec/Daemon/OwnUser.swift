internal import Glibc

/// Keeps the commands of our units to the user of our units.
///
/// What root wrote by hand in their place could neither be changed nor removed by the daemon later,
/// and a second daemon would act on the same services.
enum OwnUser {
  /// Refuses everybody but the user `supervisord-ec`; a host without that user has no package.
  ///
  /// `unit` is what to start instead.
  static func require(insteadStart unit: String) throws(CommandProblem) {
    guard let owner = unsafe getpwnam("supervisord-ec")?.pointee.pw_uid else { return }
    try require(owner: owner, user: geteuid(), insteadStart: unit)
  }

  static func require(
    owner: uid_t, user: uid_t, insteadStart unit: String
  ) throws(CommandProblem) {
    guard user == owner else {
      throw CommandProblem(
        .notPermitted, "this is run by systemd, as the user \"supervisord-ec\"",
        next: "Run it as its unit: systemctl start \(unit)")
    }
  }
}
