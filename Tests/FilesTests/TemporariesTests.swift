import Files
import Glibc
import Testing

@Suite struct TemporariesTests {
  /// A number that no process has: above the kernel's limit (PID_MAX_LIMIT, 2^22).
  private let nobody = 1 << 22 + 1

  @Test func whatADeadWriterLeftIsRemoved() throws {
    let folder = try TemporaryFolder()
    try FileSystem.create([], at: "\(folder.path)/.state.json.\(nobody).tmp", mode: 0o600)
    try folder.link(".current.\(nobody).tmp", to: "elsewhere")
    FileSystem.removeTemporaries(in: folder.path)
    #expect(FileSystem.list(folder.path).isEmpty)
  }

  @Test func whatALivingWriterWritesAndWhatIsNotOursStays() throws {
    let folder = try TemporaryFolder()
    let names = [
      ".000007.tmp", ".state.json.\(getpid()).tmp", ".\(nobody).tmp", "state.json.\(nobody).tmp",
    ].sorted()
    for name in names { try FileSystem.create([], at: "\(folder.path)/\(name)", mode: 0o600) }
    FileSystem.removeTemporaries(in: folder.path)
    #expect(FileSystem.list(folder.path) == names)
  }

  @Test func aFolderThatIsNotThereIsFine() {
    FileSystem.removeTemporaries(in: "/nonexistent/folder")
  }
}
