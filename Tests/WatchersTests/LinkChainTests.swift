import Files
import Glibc
import Testing

@testable import Watchers

@Suite struct LinkChainTests {
  let host: Host

  init() throws { host = try Host(folders: ["a", "b/c", "d"]) }

  func link(_ name: String, to target: String) throws {
    try #require(unsafe symlink(target, "\(host.root)/\(name)") == 0)
  }

  /// The directories below the root, without those that lead to it.
  func directories(_ path: String) -> [String] {
    LinkChain.directories(of: "\(host.root)/\(path)").map {
      $0.hasPrefix(host.root) ? String($0.dropFirst(host.root.count)) : $0
    }
  }

  @Test func ofAPlainFileItsOwnDirectory() throws {
    try host.write("", to: "a/file")
    #expect(directories("a/file") == ["/a"])
    #expect(directories("a/missing") == ["/a"])
  }

  @Test func ofALinkEveryDirectoryOnTheWay() throws {
    try host.write("", to: "b/c/file")
    try link("a/one", to: "../d/two")
    try link("d/two", to: "\(host.root)/b/c/./file")
    #expect(directories("a/one") == ["/a", "/d", "/b/c"])
  }

  @Test func aLinkedDirectoryOnTheWayCounts() throws {
    try link("d/dir", to: "../b")
    #expect(directories("d/dir/c/file") == ["/d", "/b/c"])
  }

  @Test func aLoopEnds() throws {
    try link("a/one", to: "two")
    try link("a/two", to: "one")
    #expect(directories("a/one") == ["/a"])
  }
}
