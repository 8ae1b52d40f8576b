internal import Files
internal import Planner

/// `manifest.json`: what a generation is and which files make it whole.
struct Manifest: Codable {
  /// Version of the form; a newer one is not read.
  static let version = 1
  /// The manifest's own name; it lists every other file.
  static let fileName = "manifest.json"

  /// What the planner knows of the generation.
  var generation: GenerationFacts
  /// Every other file, by name.
  var files: [String: FileRecord]
}

/// Enough of a file to notice a torn or zeroed one after a power loss; no defence against anybody.
struct FileRecord: Codable, Equatable {
  /// Size in bytes.
  var size: Int
  /// FNV-1a, 64 bits (draft-eastlake-fnv), as hexadecimal digits.
  var checksum: String

  /// Describes the contents of one file.
  init(_ bytes: [UInt8]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    size = bytes.count
    checksum = String(hash, radix: 16)
  }

  /// Describes a file on disk, of which nothing stays in memory; nil: it cannot be read.
  init?(of path: String) {
    guard var bytes = try? FileSystem.read(path, limit: StoreLimits.fileBytes) else { return nil }
    defer { erase(&bytes) }
    self.init(bytes)
  }
}
