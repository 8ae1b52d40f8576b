import Adoption
import Files
import Testing

/// A server whose service was released is adopted under another name.
@Suite(.enabled(if: Programs.haveNginx && Programs.havePatch))
struct ReleasedCopiesTests {
  private let host: NginxHost

  init() throws {
    host = try NginxHost()
    try host.site(
      """
      server {
          include \(host.sandbox.root)/etc/nginx/supervisord-ec/old/main.conf;
          server_name console.example.com;
      }

      """)
    let folder = "/etc/nginx/supervisord-ec/old"
    try host.sandbox.write("\(folder)/main.conf", "listen 8383;\nlisten [::]:8383;\n")
    try host.sandbox.write("\(folder)/key.pem", "a key\n")
    try host.sandbox.write(
      "/etc/nginx/conf.d/supervisord-ec-old.conf",
      "server { listen 8020; server_name console.example.com; return 308 https://x/; }\n")
  }

  @Test func theIncludeOfTheCopyBecomesOurs() throws {
    let diff = try host.proposeAndPatch()
    let root = host.sandbox.root
    #expect(diff.contains("-    include \(root)/etc/nginx/supervisord-ec/old/main.conf;"))
    #expect(diff.contains("+    \(host.includeLine)"))
    #expect(try host.propose().outcome == .included(serverNames: ["console.example.com"]))
  }

  @Test func theCopiesGoOnceNothingIncludesThem() throws {
    #expect(try host.propose().leftOver == [])
    try host.proposeAndPatch()
    #expect(try host.propose().leftOver == ["old"])
    try RootPieces(host.paths).removeCopies(of: "old")
    #expect(!FileSystem.exists("\(host.sandbox.root)/etc/nginx/supervisord-ec/old"))
    #expect(!FileSystem.exists("\(host.sandbox.root)/etc/nginx/conf.d/supervisord-ec-old.conf"))
    #expect(try host.propose().leftOver == [])
  }

  @Test func aServiceThatIsAdoptedKeepsItsFiles() throws {
    host.adopted.append("old")
    guard case .refused(let reason) = try host.propose().outcome else {
      Issue.record("not refused")
      return
    }
    #expect(reason.contains("of another service") || reason.contains("would both answer"))
  }
}
