internal import Files

/// Folders that are written once, whole, and never changed: generations, imports, requests.
extension ServiceStore {
  /// One file of such a folder.
  struct NewFile {
    var name: String
    var bytes: [UInt8]
    /// Keys: 0600, from birth.
    var mode: UInt32 = 0o644
  }

  /// What unfinished folders end with.
  static let temporarySuffix = ".tmp"

  /// Writes a folder completely below a temporary name, flushed file by file, and renames it into
  /// place: whatever stops this, it is whole or not there.
  func writeFolder(
    _ name: String, in parent: String, files: [NewFile]
  ) throws(FileError) {
    for file in files where file.bytes.count > StoreLimits.fileBytes {
      throw FileError(
        "create", "\(parent)/\(name)/\(file.name)",
        reason: "larger than \(StoreLimits.fileBytes) bytes")
    }
    let temporary = "\(parent)/.\(name)\(Self.temporarySuffix)"
    try FileSystem.removeTree(temporary)
    do throws(FileError) {
      try FileSystem.makeDirectory(temporary, mode: 0o700, durable: false)
      try FileSystem.create(
        files.map {
          FileToCreate(path: "\(temporary)/\($0.name)", bytes: $0.bytes, mode: $0.mode)
        })
      try FileSystem.synchronizeDirectory(temporary)
      try FileSystem.move(temporary, to: "\(parent)/\(name)")
    } catch {
      try? FileSystem.removeTree(temporary)
      throw error
    }
  }

  /// Removes what unfinished writes and removals left in a folder.
  func removeUnfinished(in parent: String) throws(FileError) {
    for name in FileSystem.list(parent)
    where name.hasPrefix(".") && name.hasSuffix(Self.temporarySuffix) {
      try FileSystem.removeTree("\(parent)/\(name)")
    }
  }
}
