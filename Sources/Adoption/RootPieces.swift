public import Files
internal import Glibc

/// Makes the root-owned pieces of an adopted service.
///
/// Every step can be repeated. It starts nothing: after `adopt` and after `release` systemd must be
/// told to reload its files.
public struct RootPieces {
  private let paths: RootPaths

  /// Works below `paths.root`.
  public init(_ paths: RootPaths) { self.paths = paths }

  /// Writes the settings file unless there is one, and makes the folder of what commands set.
  ///
  /// `group` may write that folder: the daemon (mode 2775, so that new files keep the group).
  /// True: the settings file is new.
  @discardableResult
  public func makeSettings(profile: String, group: UInt32) throws(FileError) -> Bool {
    try makeDirectories(FileSystem.parent(paths.settings))
    var isNew = false
    if !FileSystem.exists(paths.settings) {
      let text = RootTexts.settings(unit: paths.unit, profile: profile)
      try FileSystem.write(Array(text.utf8), to: paths.settings)
      isNew = true
    }
    try FileSystem.makeDirectory(paths.settingsDropIns)
    let directory = try Descriptor(
      opening: paths.settingsDropIns, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    // chown(2) first: it may clear the set-group-ID bit.
    guard fchown(directory.raw, geteuid(), group) == 0, fchmod(directory.raw, 0o2775) == 0 else {
      let reason = "owner and mode cannot be set; run as root"
      throw FileError("fchown", paths.settingsDropIns, code: errno, reason: reason)
    }
    return isNew
  }

  /// Points the server's files at the current generation; copies of `release` are replaced.
  ///
  /// A link to a file that is not there would keep the server from starting, so every file is
  /// looked for before the first link is made.
  public func makeLinks(sites: [String]) throws(FileError) {
    let files = sites.map { "\($0).conf" } + ["http.conf"]
    for file in files where FileSystem.resolve(paths.current(file)) == nil {
      throw FileError(
        "stat", paths.current(file), code: ENOENT,
        reason: "the current generation has no such file, so no link was made; run adopt again")
    }
    try makeDirectories(paths.siteDirectory)
    try makeDirectories(FileSystem.parent(paths.http))
    for site in sites { try link(paths.site(site), to: paths.current("\(site).conf")) }
    try link(paths.http, to: paths.current("http.conf"))
    try FileSystem.remove(paths.releasedKey)
    try FileSystem.remove(paths.releasedChain)
  }

  private func link(_ path: String, to target: String) throws(FileError) {
    if FileSystem.linkTarget(path) != target { try FileSystem.switchLink(path, to: target) }
  }

  /// Writes the drop-in and the polkit rule.
  ///
  /// True: something changed, so systemd must reload.
  @discardableResult
  public func makeDropInAndRule() throws(FileError) -> Bool {
    let dropIn = try place(
      RootTexts.dropIn(name: paths.name), at: paths.dropIn, in: paths.dropInDirectory)
    let rule = try place(
      RootTexts.polkitRule(name: paths.name, unit: paths.unit), at: paths.rule,
      in: paths.ruleDirectory)
    return dropIn || rule
  }

  private func place(
    _ text: String, at path: String, in directory: String
  ) throws(FileError) -> Bool {
    let bytes = Array(text.utf8)
    let isPlain = FileSystem.linkTarget(path) == nil
    if isPlain, (try? FileSystem.read(path, limit: bytes.count)) == bytes { return false }
    try makeDirectories(directory)
    try FileSystem.write(bytes, to: path)
    return true
  }

  /// Removes the copies of a released service whose place this one has taken.
  public func removeCopies(of other: String) throws(FileError) {
    let other = RootPaths(name: other, unit: paths.unit, root: paths.root)
    try FileSystem.remove(other.http)
    try FileSystem.removeTree(other.siteDirectory)
  }

  /// Removes drop-ins, polkit rule and record; last the record, so that `release` can be repeated.
  public func removeDropInRuleAndRecord() throws(FileError) {
    try FileSystem.remove(paths.dropIn)
    // Other drop-ins of the administrator's keep the folder.
    if FileSystem.list(paths.dropInDirectory).isEmpty {
      try FileSystem.removeTree(paths.dropInDirectory)
    }
    try CollectorPieces(name: paths.name, root: paths.root).remove()
    try FileSystem.remove(paths.rule)
    try FileSystem.remove(paths.record)
  }

  /// Makes the folders above a file that are missing, 0755.
  private func makeDirectories(_ path: String) throws(FileError) {
    if FileSystem.isDirectory(path) || path.isEmpty { return }
    try makeDirectories(FileSystem.parent(path))
    try FileSystem.makeDirectory(path)
  }
}

extension FileSystem {
  /// The folder of an absolute path; empty for `/` and what is in it.
  static func parent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}
