internal import Glibc

/// Keeps the commands of our units to the user of our units.
///
/// What root wrote by hand in their place could neither be changed nor removed by the daemon later,
/// and a second daemon would act on the same services.
enum OwnUser {
  /// User and group of our units; nil on a host without the package.
  static var account: (user: uid_t, group: gid_t)? {
    guard let entry = unsafe getpwnam("supervisord-ec")?.pointee else { return nil }
    return unsafe (entry.pw_uid, entry.pw_gid)
  }

  /// Refuses everybody but the user `supervisord-ec`; a host without that user has no package.
  ///
  /// `unit` is what to start instead.
  static func require(insteadStart unit: String) throws(CommandProblem) {
    guard let account else { return }
    try require(owner: account.user, user: geteuid(), insteadStart: unit)
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
