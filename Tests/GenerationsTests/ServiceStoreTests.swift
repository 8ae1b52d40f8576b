import Files
import Generations
import Glibc
import Planner
import Testing

@Suite struct ServiceStoreTests {
  let bench: Workbench
  let store: ServiceStore

  init() throws {
    bench = try Workbench()
    store = try bench.store()
  }

  @Test func aWrittenGenerationIsReadBackWhole() throws {
    let facts = try store.write(newGeneration(why: "because"))
    #expect(facts.number == 1)
    #expect(store.generation(1) == facts)
    #expect(facts.why == "because")
    #expect(try store.chainAndKey(of: 1).key == Array("key".utf8))
    #expect(store.current() == nil)
  }

  @Test func keysAndFoldersAreClosedToOthersUnderAnyUmask() throws {
    let old = umask(0)
    defer { umask(old) }
    _ = try store.write(newGeneration())
    let folder = store.path(of: 1)
    #expect(FileSystem.ownership(folder)?.mode == 0o700)
    #expect(FileSystem.ownership("\(folder)/key.pem")?.mode == 0o600)
    for file in ["chain.pem", "manifest.json", "main.conf", "http.conf"] {
      #expect(FileSystem.ownership("\(folder)/\(file)")?.mode == 0o644)
    }
    for open in [store.directory, "\(store.directory)/generations", store.publicDirectory] {
      #expect(FileSystem.ownership(open)?.mode == 0o755)
    }
    #expect(FileSystem.ownership("\(store.directory)/lock")?.mode == 0o600)
  }

  @Test func linksAreRelativeAndFollowTheSwitch() throws {
    _ = try store.write(newGeneration())
    _ = try store.write(newGeneration())
    try store.switchCurrent(to: 1)
    try store.setCandidate(2)
    #expect(store.current()?.number == 1)
    #expect(store.candidate()?.number == 2)
    #expect(FileSystem.linkTarget("\(store.directory)/current") == "generations/000001")
    try store.switchCurrent(to: 2)
    try store.setCandidate(nil)
    try store.setCandidate(nil)
    #expect(store.current()?.number == 2)
    #expect(store.candidate() == nil)
  }

  @Test func anIncompleteGenerationIsNeverLinked() throws {
    _ = try store.write(newGeneration())
    try store.switchCurrent(to: 1)
    _ = try store.write(newGeneration())
    try FileSystem.remove("\(store.path(of: 2))/main.conf")
    #expect(throws: FileError.self) { try store.switchCurrent(to: 2) }
    #expect(throws: FileError.self) { try store.setCandidate(2) }
    #expect(throws: FileError.self) { try store.switchCurrent(to: 9) }
    #expect(store.current()?.number == 1)
  }

  @Test(arguments: ["main.conf", "key.pem", "chain.pem", "manifest.json"])
  func halfAGenerationIsNoGeneration(_ file: String) throws {
    _ = try store.write(newGeneration())
    try store.switchCurrent(to: 1)
    let path = "\(store.path(of: 1))/\(file)"
    let bytes = try FileSystem.read(path, limit: 1 << 20)
    let zeroed = [UInt8](repeating: 0, count: bytes.count)
    try FileSystem.write(zeroed, to: path, durable: false)
    #expect(store.current() == nil)
    #expect(store.currentNumber == 1)
    try FileSystem.remove(path)
    #expect(store.current() == nil)
  }

  @Test func aManifestOfAnotherFolderDoesNotCount() throws {
    _ = try store.write(newGeneration())
    try FileSystem.move(store.path(of: 1), to: store.path(of: 7))
    #expect(store.generation(7) == nil)
    #expect(store.numbers() == [7])
  }

  @Test func aLeftoverOfAStoppedWriteIsIgnoredAndPruned() throws {
    let generations = "\(store.directory)/generations"
    let leftover = "\(generations)/.000001.tmp"
    try FileSystem.makeDirectory(leftover)
    try FileSystem.create([1], at: "\(leftover)/key.pem", mode: 0o600)
    #expect(unsafe symlink("generations/000001", "\(store.directory)/.current.4194305.tmp") == 0)
    #expect(store.numbers().isEmpty)
    _ = try store.write(newGeneration())
    #expect(store.generation(1) != nil)
    try FileSystem.makeDirectory("\(generations)/.000002.removed.tmp")
    try store.prune(keeping: [1])
    #expect(FileSystem.list(generations) == ["000001"])
    #expect(FileSystem.list(store.directory) == ["generations", "lock", "public", "requests"])
  }

  @Test func pruningKeepsWhatIsAskedForAndWhatLinksName() throws {
    for _ in 1...6 { _ = try store.write(newGeneration()) }
    try store.switchCurrent(to: 2)
    try store.setCandidate(5)
    try store.prune(keeping: [4])
    #expect(store.numbers() == [2, 4, 5])
  }

  @Test func pruningStopsAtALinkThatItCannotRead() throws {
    for _ in 1...2 { _ = try store.write(newGeneration()) }
    try FileSystem.switchLink("\(store.directory)/current", to: "\(store.path(of: 1))")
    #expect(throws: FileError.self) { try store.prune(keeping: []) }
    #expect(store.numbers() == [1, 2])
  }

  @Test func aNumberIsNotGivenAgainWhileAFolderOrALinkNamesIt() throws {
    for _ in 1...3 { _ = try store.write(newGeneration()) }
    try FileSystem.makeDirectory(store.path(of: 4))
    #expect(store.nextNumber() == 5)
    try store.setCandidate(3)
    try FileSystem.removeTree(store.path(of: 3))
    try FileSystem.removeTree(store.path(of: 4))
    #expect(store.nextNumber() == 4)
    #expect(store.candidate() == nil)
  }

  @Test func aFolderWithAHugeNumberIsNoGeneration() throws {
    _ = try store.write(newGeneration())
    try FileSystem.makeDirectory(store.path(of: Int.max))
    #expect(store.numbers() == [1])
    #expect(store.nextNumber() == 2)
  }

  @Test(arguments: ["../x", "a/b", ".hidden", "", "manifest.json", "key.pem", "chain.pem"])
  func renderedFilesCannotLeaveTheFolderOrReplaceOurs(_ name: String) throws {
    var content = newGeneration()
    content.rendered[name] = [1]
    #expect(throws: FileError.self) { try store.write(content) }
    #expect(FileSystem.list("\(store.directory)/generations").isEmpty)
  }

  @Test(arguments: ["..", "a/b", "", "-a", "Console", "units", "a.b"])
  func aNameThatLeadsElsewhereIsRefused(_ name: String) throws {
    let store = ServiceStore(root: bench.path, name: name)
    #expect(throws: FileError.self) { try store.prepareFolders() }
    #expect(throws: FileError.self) { try store.write(newGeneration()) }
    #expect(store.current() == nil)
    #expect(store.numbers().isEmpty)
  }

  @Test func aSecondHolderOfTheLockWaitsAndThenGivesUp() throws {
    let first = try store.lock()
    #expect(throws: FileError.self) { _ = try store.lock(milliseconds: 0) }
    withExtendedLifetime(first) {}
  }

  @Test(arguments: ["", "/generations"])
  func aFolderThatIsALinkIsNotFollowed(place: String) throws {
    let elsewhere = "\(bench.path)/elsewhere"
    try FileSystem.makeDirectory(elsewhere)
    let folder = store.directory + place
    try FileSystem.removeTree(folder)
    try FileSystem.switchLink(folder, to: elsewhere)
    #expect(throws: FileError.self) { try store.prepareFolders() }
    #expect(throws: FileError.self) { _ = try store.lock(milliseconds: 0) }
    #expect(FileSystem.list(elsewhere).isEmpty)
  }

  @Test func movingNeverReplaces() throws {
    try FileSystem.makeDirectory("\(bench.path)/one")
    try FileSystem.makeDirectory("\(bench.path)/two")
    #expect(throws: FileError.self) {
      try FileSystem.move("\(bench.path)/one", to: "\(bench.path)/two")
    }
    #expect(FileSystem.isDirectory("\(bench.path)/one"))
  }

  @Test func foldersMayBePreparedTwice() throws {
    _ = try store.write(newGeneration())
    try store.prepareFolders()
    #expect(store.generation(1) != nil)
  }
}
