import Adoption
import Testing

struct UnifiedDiffTests {
  private func expectPatched(_ old: String, _ new: String, name: String = "f") throws {
    let sandbox = try Sandbox()
    try sandbox.write("/\(name)", old)
    let diff = try #require(
      unifiedDiff(old: Array(old.utf8), new: Array(new.utf8), path: "/\(name)"))
    let result = try sandbox.run([Programs.patch, "-d", sandbox.root, "-p1"], input: diff)
    #expect(result.status == 0, "\(result.text)\(result.errors)")
    #expect(try sandbox.text("/\(name)") == new)
  }

  private static let twenty: [String] = (1...20).map { "line \($0)\n" }

  private static let pairs: [(String, String)] = [
    ("a\n", "b\n"), ("a\n", "a\nb\n"), ("a\nb\n", "b\n"), ("a", "b"), ("a\n", "a"), ("a", "a\n"),
    ("a\r\nb\r\nc\r\n", "a\r\nx\r\nc\r\n"), ("\u{E9}\n", "\u{E8}\n"),
    (twenty.joined(), middleChanged), (twenty.joined(), twenty[3...].joined()),
    ("a\n-- b\n", "a\n++ b\n"),
  ]

  private static let middleChanged: String =
    "first\n" + twenty[..<9].joined() + twenty[10...].joined() + "last\n"

  @Test(
    .enabled(if: Programs.havePatch),
    arguments: pairs)
  func patchMakesTheNewText(_ old: String, _ new: String) throws {
    try expectPatched(old, new)
  }

  @Test(.enabled(if: Programs.havePatch)) func aNameWithASpaceIsKept() throws {
    try expectPatched("a\n", "b\n", name: "my site.conf")
  }

  @Test(.enabled(if: Programs.havePatch)) func randomChangesArePatched() throws {
    var generator = SplitMix(state: 7)
    for _ in 0..<20 {
      let old = (0..<30).map { _ in "\(Int.random(in: 0..<6, using: &generator))\n" }
      var new = old
      for _ in 0..<5 {
        new.remove(at: Int.random(in: 0..<new.count, using: &generator))
        new.insert("x\n", at: Int.random(in: 0...new.count, using: &generator))
      }
      try expectPatched(old.joined(), new.joined())
    }
  }

  @Test func equalTextsHaveNoDiff() {
    #expect(unifiedDiff(old: [1, 2], new: [1, 2], path: "/f") == [])
  }

  @Test func aNameThatCouldForgeLinesIsRefused() {
    #expect(unifiedDiff(old: [1], new: [2], path: "/f\n+++ /etc/passwd") == nil)
  }
}
