internal import Glibc

/// Root's way to write below folders that belong to the daemon's user.
enum OwnerRights {
  /// Runs `work` with the rights of the user `supervisord-ec`, then takes root's back.
  ///
  /// Whatever lies in that user's folders, a symlink for example, root then touches nothing that
  /// this user could not touch (seteuid(2), credentials(7)). New files are its own. For everybody
  /// but root and that user itself: not permitted.
  static func with<Result>(_ work: () throws -> Result) throws -> Result {
    let old = umask(0o077)
    defer { umask(old) }
    guard let owner = OwnUser.account else {
      throw CommandProblem(
        .unavailable, "there is no user \"supervisord-ec\"",
        next: "Install the package: apt install supervisord-ec")
    }
    if geteuid() == owner.user { return try work() }
    guard geteuid() == 0 else {
      throw CommandProblem.keysNotPermitted("keeping a key")
    }
    let group = getegid()
    // The group first: afterwards there are no rights to change it.
    guard setegid(owner.group) == 0, seteuid(owner.user) == 0 else {
      throw CommandProblem(
        .notPermitted, "root cannot take the rights of \"supervisord-ec\" (seteuid)",
        next: "Run it outside of a container or sandbox that forbids it")
    }
    defer {
      seteuid(0)
      setegid(group)
    }
    return try work()
  }

  /// Whether this process may keep keys.
  static var areThere: Bool {
    geteuid() == 0 || OwnUser.account?.user == geteuid()
  }
}
