public import Files
public import Planner

/// What root decided at adoption: `/etc/supervisord-ec/adopted/NAME.json`.
///
/// Only a file that root alone can have written counts.
public struct AdoptionStore: Sendable {
  /// The folder of the records.
  public let root: String
  /// The user who has to own the folder and the records; root but in tests.
  public let owner: UInt32

  private static let version = 1
  private static let suffix = ".json"

  /// Names a folder; nothing is touched.
  public init(root: String = "/etc/supervisord-ec/adopted", owner: UInt32 = 0) {
    self.root = root
    self.owner = owner
  }

  /// Reads the record of one service; nil if it is not adopted.
  ///
  /// Refuses a symlink, a file or folder of another owner or writable for group or others, and a
  /// record that names another service.
  public func read(_ name: String) throws(FileError) -> Adoption? {
    let path = try path(name)
    guard FileSystem.exists(path) else { return nil }
    try checkOwnership(root)
    guard FileSystem.linkTarget(path) == nil else {
      throw FileError("owner", path, reason: "a symlink; a record has to be a plain file")
    }
    try checkOwnership(path)
    let bytes = try FileSystem.read(path, limit: StoreLimits.smallRecordBytes)
    let adoption = try VersionedJSON.decode(
      Adoption.self, from: bytes, path: path, version: Self.version)
    guard adoption.name == name else {
      throw FileError(
        VersionedJSON.damaged, path, reason: "names the service \"\(adoption.name)\"")
    }
    return adoption
  }

  /// Every record that counts, by name; what does not is in `refused()`.
  public func all() -> [Adoption] { load().adoptions }

  /// Why records that are there do not count.
  public func refused() -> [FileError] { load().refused }

  /// Writes a record durably; needs root.
  public func write(_ adoption: Adoption) throws(FileError) {
    let path = try path(adoption.name)
    let bytes = try VersionedJSON.encode(adoption, path: path, version: Self.version)
    try FileSystem.makeDirectory(root)
    try FileSystem.write(bytes, to: path)
  }

  /// Removes a record; one that is not there is fine.
  public func remove(_ name: String) throws(FileError) {
    let path = try path(name)
    guard FileSystem.exists(path) else { return }
    try FileSystem.remove(path)
    try FileSystem.synchronizeDirectory(root)
  }

  private func load() -> (adoptions: [Adoption], refused: [FileError]) {
    var adoptions: [Adoption] = []
    var refused: [FileError] = []
    for file in FileSystem.list(root) where file.hasSuffix(Self.suffix) && !file.hasPrefix(".") {
      do throws(FileError) {
        if let adoption = try read(String(file.dropLast(Self.suffix.count))) {
          adoptions.append(adoption)
        }
      } catch {
        refused.append(error)
      }
    }
    return (adoptions, refused)
  }

  private func path(_ name: String) throws(FileError) -> String {
    try ServiceStore(name: name).checkName()
    return "\(root)/\(name)\(Self.suffix)"
  }

  private func checkOwnership(_ path: String) throws(FileError) {
    guard let facts = FileSystem.ownership(path) else { return }
    guard facts.user == owner, facts.mode & 0o022 == 0 else {
      throw FileError(
        "owner", path,
        reason: "owned by user \(facts.user) with mode \(String(facts.mode, radix: 8)); only user "
          + "\(owner) may be able to write it (chown, chmod go-w)")
    }
  }
}
