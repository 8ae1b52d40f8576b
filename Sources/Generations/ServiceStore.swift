public import Files

/// The folder of one service: generations, links, lock and state.
///
/// It decides nothing, and it never takes the lock by itself: whoever writes holds it.
public struct ServiceStore: Sendable {
  /// The folder of all services, for example `/var/lib/supervisord-ec`.
  public let root: String
  /// The service's name.
  public let name: String

  /// The name of a chain inside a generation.
  public static let chainFile = "chain.pem"
  /// The name of a private key inside a generation.
  public static let keyFile = "key.pem"

  /// Names a folder; nothing is touched.
  public init(root: String = "/var/lib/supervisord-ec", name: String) {
    self.root = root
    self.name = name
  }

  /// Whether a service may be called so: `[a-z0-9][a-z0-9-]{0,62}`, and not `units`, the folder
  /// of the ratchets beside the services.
  public static func isValidName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "-"), name.utf8.count <= 63 else {
      return false
    }
    return name != "units" && name.utf8.allSatisfy(isNameByte)
  }

  /// The service's folder.
  public var directory: String { "\(root)/\(name)" }
  /// What is served to everybody: the trust bundle.
  public var publicDirectory: String { "\(directory)/public" }
  /// The folder of the generations.
  var generations: String { "\(directory)/generations" }

  /// Where a generation is or will be.
  public func path(of number: Int) -> String { "\(generations)/\(Self.format(number))" }

  /// Makes the service's folders and its lock file, where they are missing.
  ///
  /// The folder `root` has to be there (systemd's `StateDirectory=`).
  public func prepareFolders() throws(FileError) {
    try checkName()
    for folder in [directory, generations, publicDirectory] {
      try checkIsNoLink(folder)
      try FileSystem.makeDirectory(folder)
    }
    // There before the first request, so that the daemon watches it.
    try FileSystem.makeDirectory(requestFolder, mode: 0o700)
    let lock = "\(directory)/lock"
    guard !FileSystem.exists(lock) else { return }
    do throws(FileError) {
      try FileSystem.create([], at: lock, mode: 0o600)
    } catch {
      // Somebody else was quicker.
      guard FileSystem.exists(lock) else { throw error }
    }
  }

  /// Takes the service's lock, for writing and switching only; never held across a job or a probe.
  public func lock(
    milliseconds: Int = StoreLimits.lockMilliseconds
  ) throws(FileError) -> FileLock {
    try checkName()
    for folder in [directory, generations] { try checkIsNoLink(folder) }
    return try FileLock("\(directory)/lock", milliseconds: milliseconds)
  }

  /// Refuses a symlink in the place of a folder of ours: what is written would land elsewhere, and
  /// `release` takes the lock as root.
  private func checkIsNoLink(_ folder: String) throws(FileError) {
    guard let target = FileSystem.linkTarget(folder) else { return }
    throw FileError(
      "readlink", folder,
      reason: "a symlink to \"\(target)\" where a folder belongs, so nothing is written; put the"
        + " folder back")
  }

  /// Refuses names that would lead out of the folder of all services.
  func checkName() throws(FileError) {
    guard Self.isValidName(name) else {
      throw FileError(
        "name", name, reason: "not a service's name: a-z, 0-9 and \"-\", at most 63, not \"units\"")
    }
  }

  /// Six digits at least, so that names sort as numbers do.
  static func format(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// The number that a folder's name says; nil for any other name.
  static func number(of folder: some StringProtocol) -> Int? {
    guard folder.utf8.count <= RecordNumbers.mostDigits, let number = Int(folder), number > 0,
      format(number) == folder
    else { return nil }
    return number
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
