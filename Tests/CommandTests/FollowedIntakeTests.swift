import Files
import Generations
import Glibc
import Planner
import Testing

@testable import Certificates
@testable import supervisord_ec

@Suite("what followed files hold is taken in")
struct FollowedIntakeTests {
  private let authority: PrivateCA
  private let folder = "/tmp/supervisord-ec-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
  private let files: FollowedFiles
  private let paths: HostPaths
  private let store: ServiceStore
  private let now = Int(time(nil)) + 60

  init() throws {
    authority = try PrivateCA()
    try FileSystem.makeDirectory(folder)
    paths = HostPaths(root: folder)
    for path in ["", "/lib", "/lib/supervisord-ec"] {
      try FileSystem.makeDirectory("\(folder)/var\(path)")
    }
    files = FollowedFiles(certificate: "\(folder)/c.pem", keyFile: "\(folder)/k.pem")
    store = ServiceStore(root: paths.state, name: "console")
    try store.prepareFolders()
  }

  /// Ends the folder with the last copy of this value.
  private func clean() { try? FileSystem.removeTree(folder) }

  private func intake(trusts: Bool = false, at moment: UnixSeconds? = nil) -> FollowedIntake {
    var settings = ServiceSettings(name: "console", unit: "nginx.service", profile: "nginx")
    settings.certificate.source = .followed
    settings.certificate.followed = files
    settings.trustedCommunication = trusts
    var intake = FollowedIntake(
      name: "console", settings: settings, serverNames: ["ec.example.com"], paths: paths,
      now: moment ?? now)
    intake.anchors = { TrustAnchors() }
    // Else what lies in /tmp would count as hidden from the daemon.
    intake.isHandedOver = true
    return intake
  }

  /// What the files hold is taken.
  @discardableResult
  private func take(insists: Bool = false) throws -> FollowedFacts {
    try intake().take(FollowedContent(reading: files), insists: insists)
  }

  private func put(_ bytes: [UInt8], _ path: String) throws {
    try FileSystem.write(bytes, to: path, durable: false)
  }

  /// A new pair in the files.
  private func issue(days: Int = 90, names: String = "DNS:ec.example.com") throws {
    let own = try authority.request()
    try put(own.key, files.keyFile)
    try put(try authority.answer(own.request, names: names, days: days), files.certificate)
  }

  /// Makes a followed certificate the one that is served.
  private func serve(_ certificate: CertificateFacts) throws {
    let kept = try store.chainAndKey(ofImport: certificate.sha256)
    let facts = try store.write(
      NewGeneration(
        listen: ListenTarget(profile: "nginx", channels: []),
        certificateTarget: CertificateTarget(
          source: .followed, imported: certificate.sha256, names: nil, key: .ecdsaP256),
        certificate: certificate, chainPEM: kept.chain, keyPEM: kept.key, rendered: [:],
        createdAt: now, why: "a test"))
    try store.switchCurrent(to: facts.number)
  }

  @Test("a good pair is kept as an import is, and recorded")
  func accepted() throws {
    defer { clean() }
    try issue()
    let facts = try take()
    let accepted = try #require(facts.accepted, "\(String(describing: facts.finding))")
    #expect(facts.finding == nil)
    #expect(accepted.issuer == .privateCA && accepted.names == ["ec.example.com"])
    #expect(store.followed() == facts)
    #expect(store.importedCertificate(accepted.sha256) == accepted)
    // The same files again are no news.
    #expect(try intake(at: now + 9).take(FollowedContent(reading: files)) == facts)
  }

  @Test("one file may hold certificate and key")
  func bundle() throws {
    defer { clean() }
    try issue()
    let both = FollowedFiles(certificate: "\(folder)/both.pem", keyFile: "\(folder)/both.pem")
    try put(
      try FileSystem.read(files.keyFile, limit: 1 << 20)
        + FileSystem.read(files.certificate, limit: 1 << 20), both.certificate)
    var intake = intake()
    var settings = intake.settings
    settings.certificate.followed = both
    intake = FollowedIntake(
      name: "console", settings: settings, serverNames: [], paths: paths, now: now)
    let facts = try intake.take(FollowedContent(reading: both))
    #expect(facts.accepted != nil && facts.finding == nil)
  }

  @Test("certificate and key of two pairs are a write in progress, with one beginning")
  func mismatch() throws {
    defer { clean() }
    try issue()
    let good = try take()
    try put(try authority.request().key, files.keyFile)
    let first = try take()
    #expect(first.finding?.kind == .mismatch)
    #expect(first.accepted == good.accepted)
    // Deleted to be made anew: still the same write.
    try FileSystem.remove(files.keyFile)
    let second = try intake(at: now + 10).take(FollowedContent(reading: files))
    #expect(second.finding?.kind == .incomplete && second.finding?.code == "missing")
    #expect(second.finding?.since == first.finding?.since)
    try issue()
    #expect(try take().finding == nil)
  }

  @Test(
    "what is no whole pair changes nothing that is kept",
    arguments: [
      ("empty", FollowedFinding.Kind.incomplete), ("cut", .incomplete), ("large", .unreadable),
      ("folder", .unreadable), ("key only", .incomplete),
    ])
  func broken(_ how: String, _ kind: FollowedFinding.Kind) throws {
    defer { clean() }
    try issue()
    let good = try take()
    let bytes = try FileSystem.read(files.certificate, limit: 1 << 20)
    switch how {
    case "empty": try put([], files.certificate)
    case "cut": try put(Array(bytes.prefix(bytes.count / 3)), files.certificate)
    case "large": try put([UInt8](repeating: 0, count: 1 << 21), files.certificate)
    case "folder":
      try FileSystem.remove(files.certificate)
      try FileSystem.makeDirectory(files.certificate)
    default: try put(try FileSystem.read(files.keyFile, limit: 1 << 20), files.certificate)
    }
    let facts = try take()
    #expect(facts.finding?.kind == kind, "\(String(describing: facts.finding))")
    #expect(facts.accepted == good.accepted)
    #expect(store.imports() == good.accepted.map { [$0.sha256] })
  }

  @Test(
    "what an import would be refused for is refused: a name that is missing, an end in the past")
  func refused() throws {
    defer { clean() }
    try issue(names: "DNS:other.example.com")
    let name = try take()
    #expect(name.finding?.kind == .refused && name.finding?.code == "name-mismatch")
    try issue(days: 5)
    let late = try intake(at: now + 6 * Limits.day).take(FollowedContent(reading: files))
    #expect(late.finding?.code == "expired")
    #expect(late.accepted == nil && store.imports().isEmpty)
  }

  @Test("a private CA's is refused while agents check against public ones")
  func trust() throws {
    defer { clean() }
    try issue()
    let facts = try intake(trusts: true).take(FollowedContent(reading: files))
    #expect(facts.finding?.kind == .refused && facts.finding?.code == "private-ca")
    #expect(facts.accepted == nil)
  }

  @Test("nothing better gives way to something worse, until somebody insists; then it stays")
  func held() throws {
    defer { clean() }
    try issue()
    let good = try #require(try take().accepted)
    try serve(good)
    try issue(days: 30)
    let held = try take()
    #expect(held.finding?.kind == .held && held.finding?.code == "ends-sooner")
    #expect(held.accepted == good)
    let confirmed = try take(insists: true)
    #expect(confirmed.finding == nil && confirmed.accepted != good)
    #expect(try take() == confirmed)
  }

  @Test("a record of other files does not count")
  func otherFiles() throws {
    defer { clean() }
    try issue()
    try take()
    var other = try #require(store.followed())
    other.files.certificate = "/srv/other.pem"
    try store.writeFollowed(other)
    #expect(try intake().record() == nil)
  }

  @Test("a kept certificate that is damaged is kept anew")
  func damaged() throws {
    defer { clean() }
    try issue()
    let accepted = try #require(try take().accepted)
    try put([1], "\(store.path(ofImport: accepted.sha256))/key.pem")
    #expect(store.importedCertificate(accepted.sha256) == nil)
    try take()
    #expect(store.importedCertificate(accepted.sha256) != nil)
  }

  @Test("somebody else who holds the lock is not waited for")
  func busy() throws {
    defer { clean() }
    try issue()
    let lock = try store.lock()
    let error = #expect(throws: FileError.self) {
      try intake().take(FollowedContent(reading: files), lockMilliseconds: 0)
    }
    #expect(error?.isBusy == true)
    _ = consume lock
    #expect(store.followed() == nil)
  }

  @Test("folders that systemd hides from the daemon are named")
  func hidden() {
    defer { clean() }
    #expect(FollowedContent.hiddenFolder(of: "/home/me/c.pem")?.option == "ProtectHome=")
    #expect(FollowedContent.hiddenFolder(of: "/tmp/c.pem")?.option == "PrivateTmp=")
    #expect(FollowedContent.hiddenFolder(of: "/srv/tmp/c.pem") == nil)
  }
}
