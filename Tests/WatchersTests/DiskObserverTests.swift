import Files
import Generations
import Glibc
import Planner
import Settings
import Testing

@testable import Watchers

@Suite struct DiskObserverTests {
  static let minimal = "unit = \"nginx.service\"\nprofile = \"nginx\"\n"
  static let dropIns = "\(Host.etc)/console.toml.d"
  let host: Host

  init() throws {
    host = try Host(folders: [
      Self.dropIns, Host.usr, "etc/supervisord-ec/adopted", "run/supervisord-ec/requests",
      "var/lib/supervisord-ec", "usr/lib/supervisord-ec/profiles",
    ])
    try host.write(Self.minimal, to: "\(Host.etc)/console.toml")
  }

  func look(_ committed: [Int] = []) -> Observation {
    var state = ServiceState()
    state.committed = committed
    return host.observer.observe(
      "console", state: state, clock: ClockFacts(realtime: start, boottime: 1),
      unit: UnitFacts(activity: .active))
  }

  func adopt(_ name: String = "console", unit: String = "nginx.service") throws {
    try AdoptionStore(root: host.paths.adopted, owner: getuid()).write(
      Adoption(name: name, unit: unit, profile: "nginx"))
  }

  func store() throws -> ServiceStore {
    let store = ServiceStore(root: host.paths.state, name: "console")
    try store.prepareFolders()
    return store
  }

  func newGeneration() -> NewGeneration {
    NewGeneration(
      listen: ListenTarget(profile: "nginx", channels: []),
      certificateTarget: CertificateTarget(source: .selfSigned, names: nil, key: .ecdsaP256),
      certificate: CertificateFacts(
        sha256: "a", notBefore: 0, notAfter: 10, names: [], madeAt: start),
      chainPEM: Array("chain".utf8), keyPEM: Array("key".utf8),
      rendered: ["main.conf": []], createdAt: start, why: "first")
  }

  // MARK: Settings

  @Test func settingsWithoutAProtocolSayNothing() {
    let facts = look().settings
    #expect(!facts.mergedSaysHTTP && !facts.dropInHasProtocol && facts.filesSayingHTTP.isEmpty)
    #expect(facts.dropInWritable)
    guard case .valid(let settings) = facts.outcome else {
      Issue.record("the settings are refused")
      return
    }
    #expect(settings.unit == "nginx.service")
  }

  @Test func theLastFileThatNamesAProtocolDecides() throws {
    let http = "[channels.console]\nprotocol = \"http\"\n"
    try host.write(Self.minimal + http, to: "\(Host.etc)/console.toml")
    #expect(look().settings.mergedSaysHTTP)
    try host.write(
      "[channels.console]\nprotocol = \"https\"\n", to: "\(Self.dropIns)/90-set.toml")
    var facts = look().settings
    #expect(!facts.mergedSaysHTTP && facts.dropInHasProtocol)
    #expect(facts.filesSayingHTTP == ["\(host.root)/\(Host.etc)/console.toml"])
    try host.write(http, to: "\(Self.dropIns)/99-mine.toml")
    facts = look().settings
    #expect(facts.mergedSaysHTTP && facts.dropInHasProtocol)
    #expect(facts.filesSayingHTTP.last?.hasSuffix("/99-mine.toml") == true)
  }

  @Test func anotherDropInIsNotTheOneThatCommandsWrite() throws {
    try host.write(
      "[channels.console]\nprotocol = \"https\"\n", to: "\(Self.dropIns)/50-mine.toml")
    #expect(!look().settings.dropInHasProtocol)
    try host.write("[channels.console]\nhttp_port = 80\n", to: "\(Self.dropIns)/90-set.toml")
    #expect(!look().settings.dropInHasProtocol)
  }

  @Test func aMissingDropInFolderCannotBeWritten() throws {
    try FileSystem.removeTree("\(host.root)/\(Self.dropIns)")
    #expect(!look().settings.dropInWritable)
  }

  @Test func aBrokenFileIsInvalidAndAMissingOneMissing() throws {
    try host.write("unit = ", to: "\(Host.etc)/console.toml")
    guard case .invalid(let problems) = look().settings.outcome else {
      Issue.record("broken settings are valid")
      return
    }
    #expect(problems.first?.contains("console.toml") == true)
    try FileSystem.remove("\(host.root)/\(Host.etc)/console.toml")
    #expect(look().settings.outcome == .missing)
  }

  // MARK: Adoption

  @Test func aPipeInPlaceOfADropInIsNotWaitedFor() throws {
    try #require(unsafe mkfifo("\(host.root)/\(Self.dropIns)/50-a.toml", 0o600) == 0)
    guard case .invalid(let texts) = look().settings.outcome else {
      Issue.record("a pipe is no settings file")
      return
    }
    #expect(texts.contains { $0.contains("50-a.toml") })
  }

  @Test func anAdoptionOfAnotherOwnerDoesNotCount() throws {
    try adopt()
    #expect(look().adoption?.unit == "nginx.service")
    let others = DiskObserver(paths: host.paths, adoptionOwner: getuid() + 1)
    #expect(others.adoption("console") == nil)
    #expect(others.names() == ["console"])
    let file = "\(host.paths.adopted)/console.json"
    try #require(unsafe chmod(file, 0o664) == 0)
    #expect(look().adoption == nil)
  }

  @Test func namesComeFromSettingsAndAdoptions() throws {
    try adopt("gone", unit: "gone.service")
    try host.write(Self.minimal, to: "\(Host.usr)/another.toml")
    #expect(host.observer.names() == ["another", "console", "gone"])
  }

  // MARK: Generations

  @Test func aCandidateThatIsCurrentIsNone() throws {
    let store = try store()
    for _ in 1...2 { _ = try store.write(newGeneration()) }
    try store.switchCurrent(to: 1)
    try store.setCandidate(2)
    #expect(look().current?.number == 1 && look().candidate?.number == 2)
    try store.switchCurrent(to: 2)
    #expect(look().current?.number == 2 && look().candidate == nil)
    #expect(look().generationsOnDisk == [1, 2])
  }

  @Test func theLastGoodOneIsTheNewestThatIsWhole() throws {
    let store = try store()
    for _ in 1...3 { _ = try store.write(newGeneration()) }
    #expect(look([1, 2, 3]).lastGood?.number == 3)
    try FileSystem.remove("\(store.path(of: 3))/key.pem")
    #expect(look([1, 2, 3]).lastGood?.number == 2)
    #expect(look([3]).lastGood == nil)
    #expect(look([]).lastGood == nil)
  }

  // MARK: Followed files

  @Test func theRecordOfFollowedFilesCountsForThemOnlyAndWithTheCertificateWhole() throws {
    let follow = """
      certificate.source = "followed"
      certificate.certificate = "/srv/c.pem"
      certificate.key_file = "/srv/k.pem"

      """
    try host.write(Self.minimal + follow, to: "\(Host.etc)/console.toml")
    let store = try store()
    let certificate = CertificateFacts(
      sha256: String(repeating: "a", count: 64), notBefore: 0, notAfter: 9, names: ["host"],
      madeAt: 1, issuer: .publicCA)
    var facts = FollowedFacts(
      files: FollowedFiles(certificate: "/srv/c.pem", keyFile: "/srv/k.pem"),
      accepted: certificate)
    try store.writeFollowed(facts)
    #expect(look().followed?.files == facts.files && look().followed?.accepted == nil)
    try store.writeImport(certificate, chainPEM: [1], keyPEM: [2])
    #expect(look().followed == facts)
    facts.files.certificate = "/srv/other.pem"
    try store.writeFollowed(facts)
    #expect(look().followed == nil)
  }

  // MARK: Ratchet

  @Test func aDamagedRatchetIsUnreadable() throws {
    #expect(look().ratchet == .readable(Ratchet()))
    _ = try RatchetStore(root: host.paths.state).write(
      unit: "nginx.service", Ratchet(firstSeen: start))
    #expect(look().ratchet == .readable(Ratchet(firstSeen: start)))
    try host.write("{", to: "var/lib/supervisord-ec/units/nginx.service.json")
    guard case .unreadable(let reason) = look().ratchet else {
      Issue.record("a damaged ratchet is readable")
      return
    }
    #expect(reason.contains("nginx.service.json"))
  }

  @Test func theRatchetIsThatOfTheAdoptedUnit() throws {
    let ratchets = RatchetStore(root: host.paths.state)
    _ = try ratchets.write(unit: "adopted.service", Ratchet(enforcedSince: start))
    #expect(look().ratchet == .readable(Ratchet()))
    try adopt(unit: "adopted.service")
    #expect(look().ratchet == .readable(Ratchet(enforcedSince: start)))
  }

  // MARK: Profile

  @Test func aMissingProfileIsNone() throws {
    #expect(look().profile == nil)
    try FileSystem.removeTree(host.paths.profiles)
    let tree = #filePath.split(separator: "/Tests/").first.map(String.init) ?? ""
    try #require(unsafe symlink("\(tree)/packaging/profiles", host.paths.profiles) == 0)
    #expect(look().profile?.reloadServes == [.certificate, .port, .protocol])
  }

  // MARK: Requests

  func ask(_ id: String, at: UnixSeconds, name: String = "console", file: String? = nil) throws {
    let text = "{\"id\":\"\(id)\",\"name\":\"\(name)\",\"verb\":\"restart\",\"at\":\(at)}"
    try host.write(text, to: "run/supervisord-ec/requests/\(file ?? id).json")
  }

  @Test func requestsAreThoseOfTheServiceOldestFirst() throws {
    try ask("c", at: 3)
    try ask("a", at: 5)
    try ask("b", at: 3)
    try ask("other", at: 1, name: "other")
    #expect(look().requests.map(\.id) == ["b", "c", "a"])
    #expect(host.observer.requests("other").map(\.id) == ["other"])
  }

  @Test func whatIsNoRequestIsPassedOver() throws {
    try ask("good", at: 9)
    try ask("elsewhere", at: 1, file: "renamed")
    try ask("done", at: 1, file: "done.reply")
    try ask("hidden", at: 1, file: ".hidden")
    try host.write("{", to: "run/supervisord-ec/requests/broken.json")
    try host.write(
      String(repeating: " ", count: 5_000), to: "run/supervisord-ec/requests/large.json")
    try ask("huge", at: Int.max)
    try #require(unsafe mkfifo("\(host.root)/run/supervisord-ec/requests/pipe.json", 0o600) == 0)
    try host.write("{}", to: "run/supervisord-ec/requests/text.txt")
    try host.make("run/supervisord-ec/requests/folder.json")
    #expect(look().requests.map(\.id) == ["good"])
  }

  @Test func aRequestConcernsItsServiceAlsoOnceItIsGone() throws {
    let observer = host.observer
    let folder = host.paths.requests
    try ask("a", at: 1, name: "other")
    #expect(observer.service(of: "a.json", in: folder) == "other")
    try FileSystem.remove("\(folder)/a.json")
    #expect(!observer.isOwnWrite("a.json", in: folder))
    #expect(observer.service(of: "a.json", in: folder) == "other")
    #expect(observer.isOwnWrite("never-read.json", in: folder))
    #expect(observer.isOwnWrite("a.reply.json", in: folder))
    #expect(observer.isOwnWrite(".a.json.1.tmp", in: folder))
  }

  @Test func onlySoManyRequestsWait() throws {
    for number in 0...Limits.waitingRequests { try ask("r\(100 + number)", at: number) }
    #expect(look().requests.count == Limits.waitingRequests)
    #expect(look().requests.first?.id == "r100")
  }

  // MARK: What is watched

  @Test func watchesFoldersAndWhereLinksLead() throws {
    try host.make("elsewhere/deep")
    try host.write(Self.minimal, to: "elsewhere/deep/real.toml")
    let link = "\(host.root)/\(Host.etc)/linked.toml"
    try #require(unsafe symlink("\(host.root)/elsewhere/deep/real.toml", link) == 0)
    let watched = host.observer.watchedDirectories(["console", "linked"])
    for folder in [
      Host.etc, Self.dropIns, Host.usr, "etc/supervisord-ec/adopted",
      "run/supervisord-ec/requests", "var/lib/supervisord-ec/console",
      "var/lib/supervisord-ec/units", "var/lib/supervisord-ec/console/requests",
    ] {
      #expect(watched.contains("\(host.root)/\(folder)"), "\(folder)")
    }
    // What the daemon writes there itself would wake it.
    #expect(!watched.contains("\(host.root)/run/supervisord-ec"))
    #expect(watched.count == Set(watched).count)
    #expect(host.observer.watchedPaths() == [link])
    let dropIn = "\(host.root)/\(Self.dropIns)/50-linked.toml"
    try host.write("", to: "elsewhere/other.toml")
    try #require(unsafe Glibc.link("\(host.root)/elsewhere/other.toml", dropIn) == 0)
    #expect(host.observer.watchedPaths() == [link, dropIn].sorted())
  }

  @Test(arguments: [
    ("\(Host.etc)/console.toml", true), ("\(Host.usr)/console.toml", true),
    ("\(Host.etc)/console.toml.d", true), ("\(dropIns)/50-a.toml", true),
    ("\(Host.etc)/.console.toml.swp", false), ("\(Host.etc)/console.toml~", false),
    ("\(Host.etc)/console2.toml", false), ("\(dropIns)/50-a.toml.swp", false),
    ("\(dropIns)/.ansible_tmp50-a.toml", false), ("\(Host.etc)/console2.toml.d/50-a.toml", false),
  ])
  func settingsAreTheFilesOfTheService(path: String, areSettings: Bool) {
    #expect(host.observer.areSettings("\(host.root)/\(path)", of: "console") == areSettings)
  }

  @Test func theWayToALinkedFileCounts() throws {
    try host.make("elsewhere")
    try #require(unsafe symlink("/missing", "\(host.root)/elsewhere/link") == 0)
    try #require(
      unsafe symlink("\(host.root)/elsewhere/link", "\(host.root)/\(Self.dropIns)/50-a.toml") == 0)
    let loaded = loadSettings(name: "console", folders: host.observer.folders)
    #expect(host.observer.places(of: loaded).contains("\(host.root)/elsewhere/link"))
    #expect(host.observer.places(of: nil) == [])
  }

  @Test func whatOnlyWeWriteIsNoWriteInProgress() {
    #expect(host.observer.isWrittenByOthers("\(host.root)/\(Host.etc)"))
    #expect(!host.observer.isWrittenByOthers("\(host.paths.state)/console"))
    #expect(!host.observer.isWrittenByOthers(host.paths.requests))
  }

  @Test func aChangeConcernsTheServiceOfItsFile() {
    let observer = host.observer
    func service(_ file: String, _ folder: String) -> String? {
      observer.service(of: file, in: "\(host.root)/\(folder)")
    }
    #expect(service("console.toml", Host.etc) == "console")
    #expect(service("90-set.toml", Self.dropIns) == "console")
    #expect(service("current", "var/lib/supervisord-ec/console") == "console")
    #expect(service("5f0c", "var/lib/supervisord-ec/console/requests") == "console")
    #expect(service("console.toml~", Host.etc) == nil)
    #expect(service("console.json", "etc/supervisord-ec/adopted") == nil)
    #expect(service("1.json", "run/supervisord-ec/requests") == nil)
    #expect(service("", Self.dropIns) == nil)
    #expect(observer.isState("\(host.paths.state)/console"))
    #expect(!observer.isState("\(host.root)/\(Host.etc)"))
  }

  @Test(arguments: [
    ("run/supervisord-ec", "console.json", true),
    ("run/supervisord-ec", ".console.json.1.tmp", true),
    ("run/supervisord-ec", "services.d", false),
    ("run/supervisord-ec", "requests", false),
    ("run/supervisord-ec", "", false),
    ("var/lib/supervisord-ec/console", "state.json", true),
    ("var/lib/supervisord-ec/console", ".state.json.1.tmp", true),
    ("var/lib/supervisord-ec/console", "lock", true),
    ("var/lib/supervisord-ec/console", "current", false),
    ("var/lib/supervisord-ec/console", "candidate", false),
    (Host.etc, "lock", false),
  ])
  func whatTheDaemonWritesItselfIsNoNews(folder: String, file: String, isOwn: Bool) {
    #expect(host.observer.isOwnWrite(file, in: "\(host.root)/\(folder)") == isOwn)
  }
}
