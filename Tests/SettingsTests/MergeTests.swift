import Files
import Planner
import Settings
import Testing

@Suite struct MergeTests {
  private let key = "channels.console.https_port"

  @Test func aDropInOverridesOneKeyAndLeavesItsNeighbours() throws {
    let tree = try Tree()
    let (main, dropIn) = (
      "\(tree.folders.etc)/a.toml", "\(tree.folders.etc)/a.toml.d/90-set.toml"
    )
    try tree.write(smallest + "[channels.console]\nhttps_port = 1\nhttp_port = 2\n", to: main)
    try tree.write("[channels.console]\nhttps_port = 3\nprotocol = \"https\"\n", to: dropIn)
    let loaded = loadSettings(name: "a", folders: tree.folders)
    #expect(loaded.settings?.channels.first?.httpsPort == 3)
    #expect(loaded.settings?.plain.httpPort == 2)
    #expect(loaded.origins[key] == dropIn)
    #expect(loaded.origins["channels.console.http_port"] == main)
    #expect(loaded.origins["channels.agents.https_port"] == nil)
    #expect(loaded.fragments.map(\.path) == [main, dropIn])
    #expect(loaded.fragments.map(\.consoleProtocol) == [nil, .https])
  }

  @Test func aValueThatIsOverriddenIsNotJudged() throws {
    let tree = try Tree()
    try tree.write(smallest + "\(key) = 99999\n", to: "\(tree.folders.etc)/a.toml")
    try tree.write("\(key) = 9\n", to: "\(tree.folders.etc)/a.toml.d/x.toml")
    #expect(loadSettings(name: "a", folders: tree.folders).settings != nil)
  }

  @Test func listsAreReplacedAsAWhole() throws {
    let tree = try Tree()
    let names = "certificate.names = "
    try tree.write(smallest + names + "[\"a\", \"b\"]", to: "\(tree.folders.etc)/a.toml")
    try tree.write(names + "[\"c\"]", to: "\(tree.folders.etc)/a.toml.d/x.toml")
    #expect(loadSettings(name: "a", folders: tree.folders).settings?.certificate.names == ["c"])
  }

  @Test func oneFileNameIsTakenFromTheStrongestFolderAndNamesDecideTheOrder() throws {
    let tree = try Tree()
    let folders = tree.folders
    try tree.write(smallest, to: "\(folders.usr)/a.toml")
    try tree.write("\(key) = 1", to: "\(folders.usr)/a.toml.d/50.toml")
    try tree.write("\(key) = 2", to: "\(folders.run)/a.toml.d/50.toml")
    #expect(port(folders) == 2)
    try tree.write("\(key) = 3", to: "\(folders.etc)/a.toml.d/50.toml")
    #expect(port(folders) == 3)
    try tree.write("\(key) = 4", to: "\(folders.usr)/a.toml.d/60.toml")
    #expect(port(folders) == 4)
  }

  @Test func anEmptyFileAndALinkToNullMaskWeakerOnes() throws {
    let tree = try Tree()
    let folders = tree.folders
    try tree.write(smallest, to: "\(folders.usr)/a.toml")
    try tree.write("\(key) = 1", to: "\(folders.usr)/a.toml.d/50.toml")
    try tree.write("\(key) = 2", to: "\(folders.usr)/a.toml.d/60.toml")
    try tree.mask("\(folders.etc)/a.toml.d/60.toml")
    #expect(port(folders) == 1)
    try tree.write("", to: "\(folders.run)/a.toml.d/50.toml")
    #expect(port(folders) == 8383)
    #expect(serviceNames(folders: folders) == ["a"])
    try tree.mask("\(folders.etc)/a.toml")
    #expect(loadSettings(name: "a", folders: folders).outcome == .missing)
    #expect(serviceNames(folders: folders) == [])
  }

  @Test func whatEditorsLeaveIsNotReadAndOtherNamesAreWarnedOf() throws {
    let tree = try Tree()
    let folders = tree.folders
    try tree.write(smallest, to: "\(folders.etc)/a.toml")
    for file in [".x.toml", "x.toml~", ".x.toml.swp", "x.toml.dpkg-new", "#x.toml#", "x.toml.bak"] {
      try tree.write("broken", to: "\(folders.etc)/a.toml.d/\(file)")
      try tree.write("broken", to: "\(folders.etc)/\(file)")
    }
    try tree.write("broken", to: "\(folders.etc)/a.toml.d/x.conf")
    try tree.write("broken", to: "\(folders.etc)/Bad_Name.toml")
    let loaded = loadSettings(name: "a", folders: folders)
    #expect(loaded.settings != nil)
    #expect(loaded.warnings.count == 1)
    #expect(loaded.warnings.first?.hasSuffix("/x.conf\": no name of a drop-in, ignoring") == true)
    #expect(serviceNames(folders: folders) == ["a"])
  }

  @Test func servicesOfAllFoldersAreListedSorted() throws {
    let tree = try Tree()
    try tree.write("", to: "\(tree.folders.usr)/c.toml")
    try tree.write("", to: "\(tree.folders.run)/a.toml")
    try tree.write("", to: "\(tree.folders.etc)/b.toml")
    try tree.write("", to: "\(tree.folders.etc)/b.toml.d/x.toml")
    #expect(serviceNames(folders: tree.folders) == ["a", "b", "c"])
  }

  @Test func moreDropInsThanTheLimitAreOneProblem() throws {
    let tree = try Tree()
    try tree.write(smallest, to: "\(tree.folders.etc)/a.toml")
    for number in 0..<SettingsLimits.dropIns {
      try tree.write("", to: "\(tree.folders.etc)/a.toml.d/\(1000 + number).toml")
    }
    #expect(loadSettings(name: "a", folders: tree.folders).settings != nil)
    try tree.write("", to: "\(tree.folders.etc)/a.toml.d/z.toml")
    #expect(loadSettings(name: "a", folders: tree.folders).problems.map(\.code) == ["too-many"])
  }

  @Test func aFileThatCannotBeReadIsAProblemAndHidesNoOther() throws {
    let tree = try Tree()
    try tree.write(smallest + "x = 1", to: "\(tree.folders.etc)/a.toml")
    try tree.write("", to: "\(tree.folders.etc)/a.toml.d/folder.toml/inside")
    let problems = loadSettings(name: "a", folders: tree.folders).problems
    #expect(problems.map(\.code) == ["unknown-key", "unreadable"])
    try tree.write("", to: "\(tree.folders.etc)/b.toml.d")
    try tree.write(smallest, to: "\(tree.folders.etc)/b.toml")
    #expect(loadSettings(name: "b", folders: tree.folders).problems.map(\.code) == ["unreadable"])
  }

  @Test func dropInsAloneAreNoService() throws {
    let tree = try Tree()
    try tree.write(
      "channels.console.protocol = \"https\"", to: "\(tree.folders.etc)/a.toml.d/90-set.toml")
    let loaded = loadSettings(name: "a", folders: tree.folders)
    #expect(loaded.outcome == .missing)
    #expect(loaded.fragments.first?.consoleProtocol == .https)
  }

  @Test func theDigestChangesWithContentAndOnlyWithIt() throws {
    let tree = try Tree()
    let path = "\(tree.folders.etc)/a.toml"
    try tree.write(smallest, to: path)
    let first = loadSettings(name: "a", folders: tree.folders)
    try tree.write(smallest, to: path)
    #expect(loadSettings(name: "a", folders: tree.folders, previous: first) == first)
    try tree.write(smallest + "#", to: path)
    let second = loadSettings(name: "a", folders: tree.folders, previous: first)
    #expect(second.digest != first.digest)
    try FileSystem.remove(path)
    let third = loadSettings(name: "a", folders: tree.folders, previous: second)
    #expect(third.outcome == .missing)
    #expect(third.digest != second.digest)
  }

  @Test func aFileThatDoesNotCountLeavesTheDigestAsItIs() throws {
    let tree = try Tree()
    try tree.write(smallest, to: "\(tree.folders.etc)/a.toml")
    try tree.write("", to: "\(tree.folders.etc)/a.toml.d/x.toml")
    let before = loadSettings(name: "a", folders: tree.folders)
    let writer = "\(tree.folders.etc)/a.toml.d/x.toml.new"
    try tree.write("half", to: writer)
    let after = loadSettings(name: "a", folders: tree.folders, previous: before)
    #expect(after.digest == before.digest)
    #expect(after.warnings.count == 1)
    try FileSystem.remove(writer)
    #expect(loadSettings(name: "a", folders: tree.folders, previous: after) == before)
  }

  @Test func anOverlayShowsWhatAChangeWouldDo() throws {
    let tree = try Tree()
    let path = "\(tree.folders.etc)/a.toml.d/90-set.toml"
    try tree.write(smallest, to: "\(tree.folders.etc)/a.toml")
    let change = Array("channels.console.http_port = 8383".utf8)
    let tried = loadSettings(name: "a", folders: tree.folders, overlay: [path: change])
    #expect(tried.problems.map(\.code) == ["conflict"])
    #expect(tried.problems.first?.file == path)
    #expect(loadSettings(name: "a", folders: tree.folders).settings != nil)
  }

  @Test(arguments: ["", "A", "-a", "a/b", "..", String(repeating: "a", count: 64)])
  func aNameThatIsNoneIsRefused(name: String) throws {
    let tree = try Tree()
    #expect(loadSettings(name: name, folders: tree.folders).problems.map(\.code) == ["bad-name"])
  }

  @Test func oneFileIsCheckedOnItsOwnWithTheDropInsBesideIt() throws {
    let tree = try Tree()
    let path = "\(tree.root)/here/console.toml"
    #expect(checkFile(path: path).problems.map(\.code) == ["unreadable"])
    try tree.write(smallest, to: path)
    #expect(checkFile(path: path).settings?.name == "console")
    try tree.write("\(key) = 7", to: "\(path).d/x.toml")
    #expect(checkFile(path: path).settings?.channels.first?.httpsPort == 7)
    #expect(checkFile(path: "\(tree.root)/here/Not a name").problems.map(\.code) == ["bad-name"])
  }

  private func port(_ folders: SettingsFolders) -> Int? {
    loadSettings(name: "a", folders: folders).settings?.channels.first?.httpsPort
  }
}
