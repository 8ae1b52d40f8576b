import Files
import Glibc
import Testing

@testable import Adoption

struct RootPiecesTests {
  private let sandbox: Sandbox
  private let paths: RootPaths
  private let pieces: RootPieces

  init() throws {
    sandbox = try Sandbox()
    paths = RootPaths(name: "console", unit: "nginx.service", root: sandbox.root)
    pieces = RootPieces(paths)
  }

  private func makeGeneration(_ number: String = "000001") throws {
    let directory = "\(paths.state)/generations/\(number)"
    let local = String(directory.dropFirst(sandbox.root.count))
    let text =
      "ssl_certificate \(directory)/chain.pem;\nssl_certificate_key \(directory)/key.pem;\n"
    try sandbox.write("\(local)/main.conf", text)
    try sandbox.write("\(local)/http.conf", "# old port\n")
    try sandbox.write("\(local)/chain.pem", "CHAIN")
    try sandbox.write("\(local)/key.pem", "KEY")
    try FileSystem.switchLink("\(paths.state)/current", to: "generations/\(number)")
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try FileSystem.read(path, limit: 1 << 20), as: UTF8.self)
  }

  private func adopt() throws {
    try makeGeneration()
    try pieces.makeLinks(sites: ["main"])
    try pieces.makeDropInAndRule()
    try sandbox.write("/etc/supervisord-ec/adopted/console.json", "{}")
  }

  @Test func settingsAreWrittenOnceAndTheDropInFolderIsShared() throws {
    #expect(try pieces.makeSettings(profile: "nginx", group: getegid()))
    try FileSystem.write(Array("# mine\n".utf8), to: paths.settings)
    #expect(try !pieces.makeSettings(profile: "nginx", group: getegid()))
    #expect(try text(paths.settings) == "# mine\n")
    #expect(FileSystem.ownership(paths.settingsDropIns)?.mode == 0o2775)
  }

  @Test func newSettingsNamePortsAndNoProtocol() {
    let text = RootTexts.settings(unit: "a\\x2d\"b.service", profile: "nginx")
    #expect(text.contains(#"unit = "a\\x2d\"b.service""#))
    #expect(text.contains("\nhttp_port = 8020\nhttps_port = 8383\n"))
    #expect(!text.contains("protocol ="))
  }

  @Test func linksNameTheCurrentGeneration() throws {
    try adopt()
    #expect(FileSystem.linkTarget(paths.site("main")) == paths.current("main.conf"))
    #expect(FileSystem.linkTarget(paths.http) == paths.current("http.conf"))
    try pieces.makeLinks(sites: ["main"])
  }

  @Test func withoutAGenerationNoLinkIsMade() {
    #expect(throws: FileError.self) { try pieces.makeLinks(sites: ["main"]) }
    #expect(!FileSystem.exists(paths.http) && !FileSystem.exists(paths.site("main")))
  }

  @Test func theDropInWantsPreparation() throws {
    #expect(try pieces.makeDropInAndRule())
    #expect(try !pieces.makeDropInAndRule())
    let lines = try text(paths.dropIn).split(separator: "\n")
    #expect(lines.contains("Wants=supervisord-ec-prepare@console.service"))
    #expect(lines.contains("After=supervisord-ec-prepare@console.service"))
  }

  @Test func aSettingOfTheDropInThatWasChangedIsRepaired() throws {
    try pieces.makeDropInAndRule()
    try FileSystem.write([], to: paths.dropIn)
    #expect(try pieces.makeDropInAndRule())
    #expect(try text(paths.dropIn).contains("[Unit]"))
  }

  @Test func nothingBreaksOutOfAStringOfTheRule() {
    #expect(RootTexts.scriptString("a-b@1.service") == "\"a-b@1.service\"")
    #expect(RootTexts.scriptString("\"\\\n\u{2028}") == #""\u0022\u005c\u000a\u2028""#)
  }

  @Test func releaseMakesPlainCopiesThatNameNothingOfOurs() throws {
    try adopt()
    try Release(paths).run()
    #expect(FileSystem.linkTarget(paths.site("main")) == nil)
    #expect(FileSystem.linkTarget(paths.http) == nil)
    let expected =
      "ssl_certificate \(paths.releasedChain);\nssl_certificate_key \(paths.releasedKey);\n"
    #expect(try text(paths.site("main")) == expected)
    #expect(try text(paths.releasedKey) == "KEY")
    #expect(FileSystem.ownership(paths.releasedKey)?.mode == 0o600)
    for path in [paths.dropIn, paths.dropInDirectory, paths.rule, paths.record] {
      #expect(!FileSystem.exists(path))
    }
  }

  @Test func releaseCanBeRepeatedAndAdoptedAgain() throws {
    try adopt()
    try Release(paths).run()
    try Release(paths).run()
    #expect(try text(paths.releasedChain) == "CHAIN")
    try adopt()
    #expect(FileSystem.linkTarget(paths.site("main")) == paths.current("main.conf"))
    #expect(!FileSystem.exists(paths.releasedKey))
  }

  @Test func aHalfDoneReleaseIsFinished() throws {
    try adopt()
    try FileSystem.write(Array("copy".utf8), to: paths.site("main"))
    try Release(paths).run()
    #expect(try text(paths.site("main")) == "copy")
    #expect(FileSystem.linkTarget(paths.http) == nil && FileSystem.exists(paths.releasedKey))
  }

  @Test func theLinkOfASiteThatWasGivenUpDoesNotHinderRelease() throws {
    try adopt()
    try FileSystem.switchLink(paths.site("old"), to: paths.current("old.conf"))
    try Release(paths).run()
    #expect(!FileSystem.exists(paths.site("old")) && !FileSystem.exists(paths.record))
  }

  @Test(.enabled(if: Programs.haveNginx)) func nginxTakesTheCopiesWithoutOurState() throws {
    let host = try NginxHost()
    try host.makeCertificate("new")
    let generation = "/var/lib/supervisord-ec/console/generations/000001"
    let root = host.sandbox.root
    try host.sandbox.write(
      "\(generation)/main.conf",
      "listen 8383 ssl;\nssl_certificate \(root)\(generation)/chain.pem;\n"
        + "ssl_certificate_key \(root)\(generation)/key.pem;\n"
        + "location /t { alias \(host.paths.state)/public/trust-bundle; }\n")
    try host.sandbox.write("\(generation)/http.conf", "")
    try host.sandbox.write("\(generation)/chain.pem", try host.sandbox.bytes("/new.pem"))
    try host.sandbox.write("\(generation)/key.pem", try host.sandbox.bytes("/new.key"))
    try FileSystem.switchLink("\(host.paths.state)/current", to: "generations/000001")
    try host.site("server { \(host.includeLine) }\n")
    try RootPieces(host.paths).makeLinks(sites: ["main"])
    try #require(try host.nginx("-t").status == 0)
    try Release(host.paths).run()
    try FileSystem.removeTree("\(root)/var/lib/supervisord-ec")
    let check = try host.nginx("-t")
    #expect(check.status == 0, "\(check.errors)")
    let copy = String(
      decoding: try FileSystem.read(host.paths.site("main"), limit: 4096), as: UTF8.self)
    #expect(!copy.contains(host.paths.state))
  }

  @Test func otherDropInsOfTheUnitStay() throws {
    try adopt()
    try FileSystem.write([], to: "\(paths.dropInDirectory)/mine.conf")
    try Release(paths).run()
    #expect(FileSystem.list(paths.dropInDirectory) == ["mine.conf"])
  }

  @Test(arguments: ["chain.pem", "key.pem", "main.conf"])
  func aPlantedSymlinkIsNotCopied(_ file: String) throws {
    try adopt()
    try FileSystem.switchLink("\(paths.state)/generations/000001/\(file)", to: "/etc/hostname")
    #expect(throws: FileError.self) { try Release(paths).run() }
    #expect(FileSystem.linkTarget(paths.site("main")) != nil)
    #expect(FileSystem.exists(paths.rule) && FileSystem.exists(paths.record))
  }

  @Test(arguments: ["/etc", "generations/../../x", "generations/"])
  func aCurrentThatLeadsElsewhereIsRefused(_ target: String) throws {
    try adopt()
    try FileSystem.switchLink("\(paths.state)/current", to: target)
    #expect(throws: FileError.self) { try Release(paths).run() }
    #expect(FileSystem.exists(paths.record))
  }
}
