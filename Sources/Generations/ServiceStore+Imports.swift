public import Files
public import Planner

/// What an import keeps beside chain and key.
struct ImportRecord: Codable {
  /// What is known of the certificate.
  var certificate: CertificateFacts
  /// Every other file, by name.
  var files: [String: FileRecord]

  static let fileName = "import.json"
  static let version = 1
}

/// Certificates that the administrator brought: `NAME/imports/SHA256/`, each written once, whole.
extension ServiceStore {
  private var importFolder: String { "\(directory)/imports" }

  /// Where an import is or will be.
  public func path(ofImport sha256: String) -> String { "\(importFolder)/\(sha256)" }

  /// The SHA-256 of every import on disk; whether it is whole says `importedCertificate`.
  public func imports() -> [String] {
    guard Self.isValidName(name) else { return [] }
    return FileSystem.list(importFolder).filter(CertificateFacts.isDigest)
  }

  /// What is known of an imported certificate; nil if it is missing, damaged or incomplete.
  public func importedCertificate(_ sha256: String) -> CertificateFacts? {
    guard let record = try? record(ofImport: sha256) else { return nil }
    for file in [Self.chainFile, Self.keyFile] {
      guard let expected = record.files[file],
        FileRecord(of: "\(path(ofImport: sha256))/\(file)") == expected
      else { return nil }
    }
    return record.certificate
  }

  /// The chain and the key of an imported certificate, PEM.
  public func chainAndKey(
    ofImport sha256: String
  ) throws(FileError) -> (chain: [UInt8], key: [UInt8], certificate: CertificateFacts) {
    let folder = path(ofImport: sha256)
    guard let certificate = importedCertificate(sha256) else {
      throw FileError("read", folder, reason: "the imported certificate is missing or damaged")
    }
    return (
      try FileSystem.read("\(folder)/\(Self.chainFile)", limit: StoreLimits.fileBytes),
      try FileSystem.read("\(folder)/\(Self.keyFile)", limit: StoreLimits.fileBytes), certificate
    )
  }

  /// Keeps an imported certificate; hold the lock.
  ///
  /// It is written completely below a temporary name, flushed, and renamed into place, keys with
  /// mode 0600 from birth.
  public func writeImport(
    _ certificate: CertificateFacts, chainPEM: [UInt8], keyPEM: [UInt8]
  ) throws(FileError) {
    try checkName()
    guard CertificateFacts.isDigest(certificate.sha256) else {
      throw FileError("create", importFolder, reason: "not a SHA-256: \"\(certificate.sha256)\"")
    }
    if importedCertificate(certificate.sha256) != nil { return }
    let files = [Self.chainFile: chainPEM, Self.keyFile: keyPEM]
    let record = try VersionedJSON.encode(
      ImportRecord(certificate: certificate, files: files.mapValues { FileRecord($0) }),
      path: "\(importFolder)/\(ImportRecord.fileName)", version: ImportRecord.version)
    try FileSystem.makeDirectory(importFolder, mode: 0o700)
    let final = path(ofImport: certificate.sha256)
    // What is there under this name is damaged.
    if FileSystem.exists(final) { try FileSystem.removeTree(final) }
    try writeFolder(
      certificate.sha256, in: importFolder,
      files: [
        NewFile(name: Self.chainFile, bytes: chainPEM),
        NewFile(name: Self.keyFile, bytes: keyPEM, mode: 0o600),
        NewFile(name: ImportRecord.fileName, bytes: record),
      ])
  }

  /// Removes imports but the given ones and the newest few, and unfinished ones; hold the lock.
  public func pruneImports(keeping: Set<String>) throws(FileError) {
    try checkName()
    let others = imports().filter { !keeping.contains($0) }
    // A server waits for what comes next: nothing is read if nothing is to be removed.
    if others.count > Limits.keptGenerations {
      let byAge = others.map { (sha256: $0, at: importedCertificate($0)?.madeAt ?? 0) }
        .sorted { $0.at > $1.at }
      for old in byAge.dropFirst(Limits.keptGenerations) {
        try FileSystem.removeTree(path(ofImport: old.sha256))
      }
    }
    try removeUnfinished(in: importFolder)
  }

  private func record(ofImport sha256: String) throws(FileError) -> ImportRecord? {
    guard Self.isValidName(name), CertificateFacts.isDigest(sha256) else { return nil }
    let path = "\(path(ofImport: sha256))/\(ImportRecord.fileName)"
    let record = try VersionedJSON.decode(
      ImportRecord.self, from: try FileSystem.read(path, limit: StoreLimits.smallRecordBytes),
      path: path, version: ImportRecord.version)
    return record.certificate.sha256 == sha256 ? record : nil
  }
}
