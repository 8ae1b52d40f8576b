internal import Certificates
internal import Files
internal import Glibc
internal import Planner

/// What followed files hold at one moment, each read as a whole, or why it could not be read.
struct FollowedContent {
  /// Certificate and chain.
  var chain: Result<[UInt8], FileError>
  /// The key; nil: it is in the same file.
  var key: Result<[UInt8], FileError>?

  /// Reads the files with the rights of this process; each is bounded (`InputSource.limit`).
  init(reading files: FollowedFiles) {
    chain = Self.read(files.certificate)
    key = files.keyFile == files.certificate ? nil : Self.read(files.keyFile)
  }

  /// Reads what systemd has put into a folder under the names `chain` and `key`
  /// (`LoadCredential=`, systemd.exec(5)).
  init(credentials folder: String, of files: FollowedFiles) {
    chain = Self.read("\(folder)/\(Self.chainCredential)")
    key =
      files.keyFile == files.certificate ? nil : Self.read("\(folder)/\(Self.keyCredential)")
  }

  /// What was read, with the path in the settings.
  func parts(_ files: FollowedFiles) -> [(path: String, content: Result<[UInt8], FileError>)] {
    [(files.certificate, chain)] + (key.map { [(files.keyFile, $0)] } ?? [])
  }

  /// What systemd could not hand over.
  init(problem: String, of files: FollowedFiles) {
    chain = .failure(
      FileError("LoadCredential", files.certificate, code: ENOENT, reason: problem))
  }

  /// Whether this process has no way to a file: no right, or systemd hides it from the daemon.
  func isOutOfReach(_ files: FollowedFiles) -> Bool {
    parts(files).contains { path, part in
      guard case .failure(let error) = part else { return false }
      return error.code == EACCES || error.code == EPERM
        || (error.isMissing && Self.hiddenFolder(of: path) != nil)
    }
  }

  /// The folder that systemd hides from the daemon, with the option of its unit that does
  /// (systemd.exec(5)); nil: it sees the path.
  static func hiddenFolder(of path: String) -> (folder: String, option: String)? {
    let hidden = [
      ("/home", "ProtectHome="), ("/root", "ProtectHome="), ("/run/user", "ProtectHome="),
      ("/tmp", "PrivateTmp="), ("/var/tmp", "PrivateTmp="),
    ]
    return hidden.first { path.hasPrefix("\($0.0)/") }.map { ($0.0, $0.1) }
  }

  /// Overwrites what was read.
  mutating func wipe() {
    Self.wipe(&chain)
    if var key {
      self.key = nil
      Self.wipe(&key)
    }
  }

  private static func wipe(_ result: inout Result<[UInt8], FileError>) {
    guard case .success(var bytes) = result else { return }
    // The only copy from now on, so that it is overwritten and not its copy.
    result = .success([])
    Certificates.wipe(&bytes)
  }

  /// The credential with certificate and chain, or with the bundle.
  static let chainCredential = "chain"
  /// The credential with the key; not wanted for a bundle.
  static let keyCredential = "key"

  private static func read(_ path: String) -> Result<[UInt8], FileError> {
    do throws(FileError) {
      return .success(try FileSystem.read(path, limit: InputSource.limit))
    } catch {
      return .failure(error)
    }
  }
}
