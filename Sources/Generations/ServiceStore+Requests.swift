public import Files
public import Planner

/// Certificate requests whose answer is waited for: `NAME/requests/SHA256/`, named after the public
/// key. The private key never leaves that folder but for the import of the CA's answer.
extension ServiceStore {
  /// The name of a certificate request (PKCS#10) inside its folder.
  public static let requestFile = "request.pem"

  var requestFolder: String { "\(directory)/requests" }
  private static let recordFile = "request.json"
  private static let recordVersion = 1

  /// The requests that wait, oldest first; damaged ones are passed over.
  public func certificateRequests() -> [CertificateRequestFacts] {
    guard Self.isValidName(name) else { return [] }
    return FileSystem.list(requestFolder).filter(CertificateFacts.isDigest).prefix(
      StoreLimits.requests
    )
    .compactMap { folder in
      let path = "\(requestFolder)/\(folder)/\(Self.recordFile)"
      guard let bytes = try? FileSystem.read(path, limit: StoreLimits.smallRecordBytes),
        let facts = try? VersionedJSON.decode(
          CertificateRequestFacts.self, from: bytes, path: path, version: Self.recordVersion),
        facts.publicKey == folder
      else { return nil }
      return facts
    }
    .sorted { ($0.madeAt, $0.publicKey) < ($1.madeAt, $1.publicKey) }
  }

  /// Keeps a request and its key; hold the lock.
  ///
  /// Refuses more than `StoreLimits.requests`: a key that is thrown away cannot be had back.
  public func writeRequest(
    _ facts: CertificateRequestFacts, requestPEM: [UInt8], keyPEM: [UInt8]
  ) throws(FileError) {
    try checkName()
    guard CertificateFacts.isDigest(facts.publicKey) else {
      throw FileError("create", requestFolder, reason: "not a SHA-256: \"\(facts.publicKey)\"")
    }
    guard FileSystem.list(requestFolder).count < StoreLimits.requests else {
      throw FileError(
        "create", requestFolder,
        reason: "\(StoreLimits.requests) requests wait already; remove folders of those that no CA"
          + " will answer")
    }
    let record = try VersionedJSON.encode(
      facts, path: "\(requestFolder)/\(Self.recordFile)", version: Self.recordVersion)
    try removeUnfinished(in: requestFolder)
    try writeFolder(
      facts.publicKey, in: requestFolder,
      files: [
        NewFile(name: Self.keyFile, bytes: keyPEM, mode: 0o600),
        NewFile(name: Self.requestFile, bytes: requestPEM),
        NewFile(name: Self.recordFile, bytes: record),
      ])
  }

  /// The key of a request, PEM; the caller wipes it.
  public func key(ofRequest publicKey: String) throws(FileError) -> [UInt8] {
    guard Self.isValidName(name), CertificateFacts.isDigest(publicKey) else {
      throw FileError("read", requestFolder, reason: "no such request")
    }
    return try FileSystem.read(
      "\(requestFolder)/\(publicKey)/\(Self.keyFile)", limit: StoreLimits.fileBytes)
  }

  /// Removes a request that was answered; hold the lock.
  public func removeRequest(_ publicKey: String) throws(FileError) {
    try checkName()
    guard CertificateFacts.isDigest(publicKey) else { return }
    try FileSystem.removeTree("\(requestFolder)/\(publicKey)")
  }
}
