public import Files
public import Planner

/// What was seen last of followed files: `NAME/followed.json`.
///
/// The certificates themselves are kept as imports are.
extension ServiceStore {
  /// The name of the record inside the service's folder.
  public static let followedFile = "followed.json"
  private static let followedVersion = 1

  /// Where the record is.
  public var followedPath: String { "\(directory)/\(Self.followedFile)" }

  /// Touched by `supervisord-ec-changed@NAME.service` when something moved where the files are.
  public var followedChangePath: String { "\(directory)/followed.changed" }

  /// What was seen last; nil: nothing yet, or the record is damaged: then the files are read anew.
  public func followed() -> FollowedFacts? {
    guard Self.isValidName(name),
      let bytes = try? FileSystem.read(followedPath, limit: StoreLimits.smallRecordBytes)
    else { return nil }
    return try? VersionedJSON.decode(
      FollowedFacts.self, from: bytes, path: followedPath, version: Self.followedVersion)
  }

  /// Keeps what was seen; hold the lock.
  ///
  /// A record that a newer version wrote is left untouched and throws (`isNewerRecord`).
  public func writeFollowed(_ facts: FollowedFacts) throws(FileError) {
    try checkName()
    try VersionedJSON.spareNewer(
      followedPath, limit: StoreLimits.smallRecordBytes, version: Self.followedVersion)
    let bytes = try VersionedJSON.encode(
      facts, path: followedPath, version: Self.followedVersion)
    try FileSystem.write(bytes, to: followedPath)
  }
}
