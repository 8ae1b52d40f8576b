import Certificates
import Glibc
import Testing

/// What a CA and other programs hand over, made by the `openssl` command.
struct Handed: ~Copyable {
  let folder: Folder

  /// A root, a certificate that it signed, and the key: `root.pem`, `leaf.pem`, `key.pem`.
  init() throws {
    let folder = try Folder()
    let new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
    try Self.shell("\(new) -subj /CN=root -keyout root.key -out root.pem", in: folder.path)
    try Self.shell(
      "\(new) -subj /CN=leaf -CA root.pem -CAkey root.key -keyout key.pem -out leaf.pem",
      in: folder.path)
    self.folder = folder
  }

  /// Runs `openssl` in the folder; words are split at blanks, `''` is an empty one.
  func openssl(_ words: String) throws { try shell("openssl \(words)") }

  /// Runs a line of sh(1) in the folder.
  func shell(_ line: String) throws { try Self.shell(line, in: folder.path) }

  private static func shell(_ line: String, in folder: String) throws {
    let tool = try Tool("sh", "-c", "cd \(folder) && exec 2>&1; set -e; \(line)")
    try #require(tool.status == 0, "\(line): \(tool.output)")
  }

  /// The bytes of a file in the folder.
  func bytes(_ name: String) throws -> [UInt8] {
    var child = try Child(["cat", "\(folder.path)/\(name)"])
    let bytes = child.readToEnd()
    try #require(child.wait() == 0)
    return bytes
  }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// Reads files of the folder.
  func read(_ names: String..., password: String? = nil) throws -> ReadingResult {
    let inputs = try names.map { MaterialInput(bytes: try bytes($0), file: $0) }
    return CertificateMaterial.read(inputs, password: password.map { Array($0.utf8) })
  }

  /// The certificates as DER: `leaf`, `root`.
  func der(_ name: String) throws -> [UInt8] {
    try openssl("x509 -in \(name).pem -outform DER -out \(name).der")
    return try bytes("\(name).der")
  }

  /// The key as PKCS#8 in DER.
  func pkcs8(_ name: String = "key.pem") throws -> [UInt8] {
    try openssl("pkcs8 -topk8 -nocrypt -in \(name) -outform DER -out plain.key.der")
    return try bytes("plain.key.der")
  }
}

/// Reads one text or other bytes.
func read(_ bytes: some Sequence<UInt8>, password: String? = nil) -> ReadingResult {
  CertificateMaterial.read(
    [MaterialInput(bytes: Array(bytes), file: "input")], password: password.map { Array($0.utf8) })
}

extension ReadingResult {
  /// Codes of refusals, in order.
  var refusals: [String] { reasons.filter { $0.weight == .refusal }.map(\.code) }
  /// Codes of remarks, in order.
  var remarks: [String] { reasons.filter { $0.weight == .remark }.map(\.code) }
  var certificates: [[UInt8]] { material.certificates.map(\.der) }
  var keys: [[UInt8]] { material.keys.map(\.pkcs8) }
}
