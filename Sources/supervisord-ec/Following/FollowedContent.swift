internal import Certificates
internal import Files
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
