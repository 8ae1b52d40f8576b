import Files
import Glibc
import Testing

@Suite struct FileLockTests {
  @Test func aLockExcludesAnotherDescriptorOfTheSameProcess() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/lock"
    let held = try FileLock(path, milliseconds: 0)
    let error = #expect(throws: FileError.self) { _ = try FileLock(path, milliseconds: 0) }
    #expect(error?.code == EAGAIN)
    withExtendedLifetime(held) {}
  }

  @Test func aLockIsFreeOnceItsOwnerIsGone() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/lock"
    do { _ = try FileLock(path, milliseconds: 0) }
    _ = try FileLock(path, milliseconds: 0)
    #expect(FileSystem.ownership(path)?.mode == 0o600)
  }

  @Test func aLockThatOthersShareIsMadeForThemWhateverTheMask() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/lock"
    _ = try FileLock(path, milliseconds: 0, mode: 0o660)
    #expect(FileSystem.ownership(path)?.mode == 0o660)
  }

  @Test func aLockFileIsNeverFollowedThroughALink() throws {
    let folder = try TemporaryFolder()
    try folder.link("lock", to: "elsewhere")
    #expect(throws: FileError.self) { _ = try FileLock("\(folder.path)/lock", milliseconds: 0) }
    #expect(FileSystem.list(folder.path) == ["lock"])
  }
}
