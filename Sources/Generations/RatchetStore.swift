public import Files
public import Planner

/// What is remembered per unit for ever: `units/UNIT.json`.
///
/// Nothing here can take HTTPS back.
public struct RatchetStore: Sendable {
  /// The folder of all services, for example `/var/lib/supervisord-ec`.
  public let root: String

  private static let version = 1

  /// Names a folder; nothing is touched.
  public init(root: String = "/var/lib/supervisord-ec") { self.root = root }

  /// Reads what is known of a unit; an empty ratchet if it was never seen.
  ///
  /// A damaged record or one of a newer version throws: "never seen" would begin a new period.
  public func read(unit: String) throws(FileError) -> Ratchet {
    let path = path(unit: unit)
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.read(path, limit: StoreLimits.smallRecordBytes)
    } catch {
      guard error.isMissing, !FileSystem.exists(path) else { throw error }
      return Ratchet()
    }
    return try VersionedJSON.decode(
      Ratchet.self, from: bytes, path: path, version: Self.version)
  }

  /// Merges into what is there and writes it durably; hold the lock of the unit's service.
  ///
  /// The earliest `firstSeen` and the earliest `enforcedSince` stay; neither is ever unset. What
  /// cannot be read is never replaced. Returns what is on disk afterwards.
  @discardableResult
  public func write(unit: String, _ ratchet: Ratchet) throws(FileError) -> Ratchet {
    let old = try read(unit: unit)
    let merged = Ratchet(
      firstSeen: Self.earlier(old.firstSeen, ratchet.firstSeen),
      enforcedSince: Self.earlier(old.enforcedSince, ratchet.enforcedSince))
    guard merged != old else { return old }
    try FileSystem.makeDirectory(folder)
    let path = path(unit: unit)
    let bytes = try VersionedJSON.encode(merged, path: path, version: Self.version)
    try FileSystem.write(bytes, to: path)
    return merged
  }

  private var folder: String { "\(root)/units" }

  /// Where the record of a unit is or will be.
  public func path(unit: String) -> String { "\(folder)/\(Self.escape(unit)).json" }

  /// Percent-encodes what is not usual in a unit's name, so that no name leaves the folder.
  static func escape(_ unit: String) -> String {
    var result = ""
    for byte in unit.utf8 {
      let character = Character(Unicode.Scalar(byte))
      let usual =
        byte < 0x80
        && (character.isLetter || character.isNumber || ":_@-".contains(character)
          || (character == "." && !result.isEmpty))
      let digits = String(byte, radix: 16, uppercase: true)
      result += usual ? String(character) : "%" + (digits.count == 1 ? "0" : "") + digits
    }
    return result
  }

  private static func earlier(_ one: UnixSeconds?, _ other: UnixSeconds?) -> UnixSeconds? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }
}
