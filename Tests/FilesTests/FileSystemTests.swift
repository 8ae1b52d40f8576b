import Files
import Glibc
import Testing

@Suite struct FileSystemTests {
  @Test func aWriteReplacesTheFileAndKeepsTheOldOneForItsReaders() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/settings"
    try FileSystem.write([1], to: path)
    let reader = try Descriptor(opening: path, flags: O_RDONLY)
    try FileSystem.write([2, 2], to: path)
    #expect(try reader.readAll(limit: 10, path: path) == [1])
    #expect(try FileSystem.read(path, limit: 10) == [2, 2])
  }

  @Test func aWriteLeavesNothingBesideTheFile() throws {
    let folder = try TemporaryFolder()
    try FileSystem.write([1], to: "\(folder.path)/one")
    try FileSystem.makeDirectory("\(folder.path)/two")
    #expect(throws: FileError.self) { try FileSystem.write([1], to: "\(folder.path)/two") }
    #expect(FileSystem.list(folder.path) == ["one", "two"])
  }

  @Test func aWriteHasExactlyItsModeWhateverTheUmask() throws {
    let folder = try TemporaryFolder()
    let old = umask(0)
    defer { umask(old) }
    try FileSystem.write([1], to: "\(folder.path)/key", mode: 0o600)
    umask(0o077)
    try FileSystem.write([1], to: "\(folder.path)/chain", mode: 0o644)
    #expect(FileSystem.ownership("\(folder.path)/key")?.mode == 0o600)
    #expect(FileSystem.ownership("\(folder.path)/chain")?.mode == 0o644)
  }

  @Test func aWriteReplacesALinkAndSparesItsTarget() throws {
    let folder = try TemporaryFolder()
    try FileSystem.write([1], to: "\(folder.path)/target")
    try folder.link("link", to: "target")
    try FileSystem.write([2], to: "\(folder.path)/link")
    #expect(try FileSystem.read("\(folder.path)/target", limit: 10) == [1])
    #expect(FileSystem.linkTarget("\(folder.path)/link") == nil)
  }

  @Test func createRefusesWhatIsThereAndFollowsNoLink() throws {
    let folder = try TemporaryFolder()
    try FileSystem.create([1], at: "\(folder.path)/key", mode: 0o600)
    try folder.link("link", to: "elsewhere")
    for name in ["key", "link"] {
      let error = #expect(throws: FileError.self) {
        try FileSystem.create([2], at: "\(folder.path)/\(name)", mode: 0o600)
      }
      #expect(error?.code == EEXIST)
    }
    #expect(FileSystem.list(folder.path) == ["key", "link"])
  }

  @Test func severalFilesAreCreatedEachWithItsMode() throws {
    let folder = try TemporaryFolder()
    let files = [("key", 0o600), ("chain", 0o644)].map { name, mode in
      FileToCreate(path: "\(folder.path)/\(name)", bytes: Array(name.utf8), mode: mode)
    }
    try FileSystem.create(files)
    for file in files {
      #expect(try FileSystem.read(file.path, limit: 10) == file.bytes)
      var facts = stat()
      #expect(unsafe stat(file.path, &facts) == 0)
      #expect(facts.st_mode & 0o777 == file.mode)
    }
    let error = #expect(throws: FileError.self) {
      try FileSystem.create([
        FileToCreate(path: "\(folder.path)/new", bytes: [1], mode: 0o600), files[0],
      ])
    }
    #expect(error?.code == EEXIST)
    #expect(try FileSystem.read(files[0].path, limit: 10) == files[0].bytes)
  }

  @Test func readRefusesAFIFOWithoutWaitingForAWriter() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/fifo"
    #expect(unsafe mkfifo(path, 0o600) == 0)
    let error = #expect(throws: FileError.self) { try FileSystem.read(path, limit: 10) }
    #expect(error?.reason == "not a regular file")
  }

  @Test func readRefusesFoldersAndDevices() {
    for path in ["/tmp", "/dev/null", "/dev/zero"] {
      let error = #expect(throws: FileError.self) { try FileSystem.read(path, limit: 10) }
      #expect(error?.reason == "not a regular file")
    }
  }

  @Test func readTakesALimitExactlyAndNoByteMore() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/file"
    try FileSystem.write([1, 2, 3], to: path)
    #expect(try FileSystem.read(path, limit: 3) == [1, 2, 3])
    let error = #expect(throws: FileError.self) { try FileSystem.read(path, limit: 2) }
    #expect(error?.code == 0)
    // The kernel says that files below /proc are empty; the limit holds all the same.
    #expect(throws: FileError.self) { try FileSystem.read("/proc/self/status", limit: 10) }
  }

  @Test func readFollowsLinksAndNamesWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    try FileSystem.write([7], to: "\(folder.path)/target")
    try folder.link("link", to: "target")
    #expect(try FileSystem.read("\(folder.path)/link", limit: 10) == [7])
    let error = #expect(throws: FileError.self) {
      try FileSystem.read("\(folder.path)/none", limit: 10)
    }
    #expect(error?.isMissing == true)
    #expect(error?.description == "\"\(folder.path)/none\": No such file or directory (open)")
  }

  @Test func switchLinkMovesFromOneTargetToTheNext() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/current"
    #expect(FileSystem.linkTarget(path) == nil)
    try FileSystem.switchLink(path, to: "generations/000001")
    try FileSystem.switchLink(path, to: "generations/000002")
    #expect(FileSystem.linkTarget(path) == "generations/000002")
    #expect(FileSystem.list(folder.path) == ["current"])
  }

  @Test func aFailedSwitchLeavesNoTemporaryLink() throws {
    let folder = try TemporaryFolder()
    try FileSystem.makeDirectory("\(folder.path)/current")
    let error = #expect(throws: FileError.self) {
      try FileSystem.switchLink("\(folder.path)/current", to: "elsewhere")
    }
    #expect("\(try #require(error))".contains("move away what stands there"))
    #expect(FileSystem.list(folder.path) == ["current"])
  }

  @Test func makeDirectoryTakesAnExistingFolderAndRefusesAFile() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/inner"
    try FileSystem.makeDirectory(path, mode: 0o700)
    try FileSystem.makeDirectory(path, mode: 0o755)
    #expect(FileSystem.ownership(path)?.mode == 0o700)
    try FileSystem.write([1], to: "\(folder.path)/file")
    let error = #expect(throws: FileError.self) {
      try FileSystem.makeDirectory("\(folder.path)/file")
    }
    #expect(error?.code == EEXIST)
  }

  @Test func removeTreeTakesLinksAwayAndSparesWhatTheyNameTo() throws {
    let folder = try TemporaryFolder()
    try FileSystem.makeDirectory("\(folder.path)/kept")
    try FileSystem.write([1], to: "\(folder.path)/kept/file")
    try FileSystem.makeDirectory("\(folder.path)/tree")
    try FileSystem.makeDirectory("\(folder.path)/tree/inner")
    try FileSystem.write([1], to: "\(folder.path)/tree/inner/file")
    try folder.link("tree/link", to: "../kept")
    try folder.link("tree/dangling", to: "nowhere")
    try FileSystem.removeTree("\(folder.path)/tree")
    #expect(FileSystem.list(folder.path) == ["kept"])
    #expect(FileSystem.list("\(folder.path)/kept") == ["file"])
  }

  @Test func removeTreeOfALinkRemovesTheLinkOnly() throws {
    let folder = try TemporaryFolder()
    try FileSystem.makeDirectory("\(folder.path)/kept")
    try FileSystem.write([1], to: "\(folder.path)/kept/file")
    try folder.link("link", to: "kept")
    try FileSystem.removeTree("\(folder.path)/link")
    #expect(FileSystem.list(folder.path) == ["kept"])
    #expect(FileSystem.list("\(folder.path)/kept") == ["file"])
  }

  @Test func removingWhatIsNotThereIsFine() throws {
    let folder = try TemporaryFolder()
    try FileSystem.remove("\(folder.path)/none")
    try FileSystem.removeTree("\(folder.path)/none")
    #expect(FileSystem.exists(folder.path))
  }

  @Test func aMissingFolderIsEmptyAndAFileIsNoFolder() throws {
    let folder = try TemporaryFolder()
    #expect(FileSystem.list("\(folder.path)/none").isEmpty)
    #expect(try FileSystem.entries("\(folder.path)/none").isEmpty)
    try FileSystem.write([1], to: "\(folder.path)/file")
    #expect(throws: FileError.self) { try FileSystem.entries("\(folder.path)/file") }
  }

  @Test func aDanglingLinkExistsAndResolvesToNothing() throws {
    let folder = try TemporaryFolder()
    try folder.link("dangling", to: "nowhere")
    #expect(FileSystem.exists("\(folder.path)/dangling"))
    #expect(FileSystem.resolve("\(folder.path)/dangling") == nil)
  }
}
