import Files
import Testing

/// Compares a text with a file below `Tests/Scenarios/commands`.
///
/// With `UPDATE_GOLDEN=1` in the environment the file is written instead; read the difference
/// before you commit it.
func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let path = "\(projectFolder)/Tests/Scenarios/commands/\(name)"
  if variableIsSet("UPDATE_GOLDEN") {
    try FileSystem.write(Array(text.utf8), to: path, durable: false)
  }
  let expected = String(decoding: try FileSystem.read(path, limit: 1 << 20), as: UTF8.self)
  #expect(text == expected, "see \(path)", sourceLocation: sourceLocation)
}

/// The folder of Package.swift.
var projectFolder: String {
  #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")
}

private func variableIsSet(_ name: String) -> Bool {
  guard let file = try? Descriptor(opening: "/proc/self/environ", flags: 0),
    let bytes = try? file.readAll(limit: 1 << 20, path: "/proc/self/environ")
  else { return false }
  return bytes.split(separator: 0).contains { $0.starts(with: "\(name)=1".utf8) }
}
