import Files
import Planner
import Testing

@testable import Adoption

struct CollectorPiecesTests {
  private let sandbox: Sandbox
  private let pieces: CollectorPieces
  private let live = FollowedFiles(
    certificate: "/etc/letsencrypt/live/x/fullchain.pem",
    keyFile: "/etc/letsencrypt/live/x/privkey.pem")
  private let units = "/etc/systemd/system"

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makeDirectories("/etc/systemd")
    pieces = CollectorPieces(name: "console", root: sandbox.root)
  }

  private func lines(_ unit: String) throws -> [Substring] {
    try sandbox.text("\(units)/\(unit).d/50-supervisord-ec.conf").split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
  }

  @Test func systemdIsToldWhichFilesToHandOverAndToWatch() throws {
    #expect(try pieces.make(for: live))
    #expect(
      try lines(pieces.service) == [
        "[Service]", "LoadCredential=chain:/etc/letsencrypt/live/x/fullchain.pem",
        "LoadCredential=key:/etc/letsencrypt/live/x/privkey.pem",
      ])
    #expect(
      try lines(pieces.path) == [
        "[Path]", "PathChanged=/etc/letsencrypt/live/x/fullchain.pem",
        "PathChanged=/etc/letsencrypt/live/x/privkey.pem",
        "PathChanged=/etc/letsencrypt/live/x", "PathChanged=/etc/letsencrypt/live",
      ])
    let link = "\(sandbox.root)\(units)/multi-user.target.wants/\(pieces.path)"
    #expect(FileSystem.linkTarget(link) == "/lib/systemd/system/supervisord-ec-collect@.path")
  }

  @Test func againNothingChangesAndWhatIsMissingIsRepaired() throws {
    #expect(try pieces.make(for: live))
    #expect(try !pieces.make(for: live))
    try FileSystem.remove("\(sandbox.root)\(units)/multi-user.target.wants/\(pieces.path)")
    #expect(try pieces.make(for: live))
  }

  @Test func theyAreForTheFilesTheyNameAndNoOthers() throws {
    #expect(!pieces.areFor(live))
    #expect(try pieces.make(for: live))
    #expect(pieces.areFor(live))
    #expect(!pieces.areFor(FollowedFiles(certificate: live.certificate, keyFile: "/etc/shadow")))
  }

  @Test func aLinkInTheirPlaceIsNotTrusted() throws {
    #expect(try pieces.make(for: live))
    let dropIn = "\(units)/\(pieces.service).d/50-supervisord-ec.conf"
    try sandbox.write("/elsewhere", try sandbox.text(dropIn))
    try sandbox.link(dropIn, to: "\(sandbox.root)/elsewhere")
    #expect(!pieces.areFor(live))
  }

  @Test func aBundleIsOneCredential() {
    let bundle = FollowedFiles(certificate: "/etc/a/b/c.pem", keyFile: "/etc/a/b/c.pem")
    let text = RootTexts.collectorService(name: "console", bundle)
    #expect(text.contains("LoadCredential=chain:/etc/a/b/c.pem\n") && !text.contains("=key:"))
  }

  @Test func theyGoWholeAndOtherDropInsStay() throws {
    #expect(try pieces.make(for: live))
    try sandbox.write("\(units)/\(pieces.path).d/mine.conf", "")
    try pieces.remove()
    #expect(!pieces.isThere)
    #expect(!FileSystem.exists("\(sandbox.root)\(units)/\(pieces.service).d"))
    #expect(FileSystem.list("\(sandbox.root)\(units)/\(pieces.path).d") == ["mine.conf"])
    try pieces.remove()
  }

  @Test func aPercentSignBeginsNoSpecifier() {
    let odd = FollowedFiles(certificate: "/a b/%i \"c:d.pem", keyFile: "/a b/k\\e")
    let text = RootTexts.collectorService(name: "console", odd)
    #expect(text.contains("LoadCredential=chain:/a b/%%i \"c:d.pem\n"))
    #expect(text.contains("LoadCredential=key:/a b/k\\e\n"))
  }

  @Test func foldersWhereMuchElseChangesAreNotWatched() {
    let file = FollowedFiles(certificate: "/etc/ssl/x.pem", keyFile: "/x.pem")
    #expect(RootTexts.watchedPaths(file) == ["/etc/ssl/x.pem", "/x.pem", "/etc/ssl"])
  }

  @Test(arguments: ["/a/b ", "/a/b\\", "/a//b", "/a/./b", "/a/../b", "a", "/a/\n[Service]", "/"])
  func whatAUnitFileCannotNameIsRefused(_ path: String) {
    #expect(RootTexts.refusal(ofCollected: path) != nil)
  }

  @Test(arguments: ["/a/b.pem", "/a b/c;d #e'f\"g%h$i", "/ä/ö", "/a/b\\c"])
  func whatItCanNameIsNot(_ path: String) {
    #expect(RootTexts.refusal(ofCollected: path) == nil)
  }
}
