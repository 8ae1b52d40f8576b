import Files
import Glibc
import Testing

@testable import Watchers

@Suite struct PathWalkTests {
  let host: Host

  init() throws { host = try Host(folders: ["a", "b/c", "d"]) }

  func link(_ name: String, to target: String) throws {
    try #require(unsafe symlink(target, "\(host.root)/\(name)") == 0)
  }

  /// The names that count below the root.
  func entries(_ path: String) -> Set<String> {
    let walk = PathWalk("\(host.root)/\(path)")
    return Set(
      walk.entries.flatMap { directory, names in
        names.map { "\(directory.dropFirst(host.root.count))/\($0)" }
      })
  }

  @Test func ofAPlainFileItselfAndEveryDirectoryOnTheWay() throws {
    try host.write("", to: "b/c/file")
    let walk = PathWalk("\(host.root)/b/c/file")
    #expect(entries("b/c/file") == ["/b/c/file"])
    #expect(walk.directories == ["/tmp", host.root, "\(host.root)/b", "\(host.root)/b/c"])
    #expect(walk.files == ["\(host.root)/b/c/file"])
  }

  @Test func ofWhatIsMissingTheFirstNameThatIs() {
    #expect(entries("a/missing") == ["/a/missing"])
    #expect(entries("a/x/y/z") == ["/a/x"])
    #expect(PathWalk("\(host.root)/a/x/y").files == [])
  }

  @Test func ofALinkEveryLinkOnTheWay() throws {
    try host.write("", to: "b/c/file")
    try link("a/one", to: "../d/two")
    try link("d/two", to: "\(host.root)/b/c/./file")
    #expect(entries("a/one") == ["/a/one", "/d/two", "/b/c/file"])
  }

  @Test func aLinkedDirectoryOnTheWayCounts() throws {
    try link("d/dir", to: "../b")
    #expect(entries("d/dir/c/file") == ["/d/dir", "/b/c/file"])
  }

  @Test func aParentOfALinkedDirectoryIsThatOfItsTarget() throws {
    try link("d/dir", to: "../b/c")
    #expect(entries("d/dir/../file") == ["/d/dir", "/b/file"])
  }

  @Test func aLoopEnds() throws {
    try link("a/one", to: "two")
    try link("a/two", to: "one")
    #expect(entries("a/one") == ["/a/one", "/a/two"])
  }

  @Test func aPathWithoutEndEnds() throws {
    try link("a/one", to: String(repeating: "./", count: 2_000) + "one")
    #expect(entries("a/one") == ["/a/one"])
  }

  @Test func whatIsPartOfTheWayIsKnown() throws {
    try link("a/one", to: "../d")
    let walk = PathWalk("\(host.root)/a/one/file")
    #expect(walk.contains("one", in: "\(host.root)/a"))
    #expect(walk.contains("file", in: "\(host.root)/d"))
    #expect(walk.contains("", in: "\(host.root)/d"))
    #expect(!walk.contains("other", in: "\(host.root)/a"))
    #expect(!walk.contains("", in: "\(host.root)/b"))
  }
}
