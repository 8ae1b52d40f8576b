import Files
import Generations
import Glibc
import Planner
import Systemd
import Testing

@testable import Coordinator
@testable import Planner

/// Which generations are written without a helper; the bus is never connected, so a helper that is
/// asked for is refused.
@Suite struct PerformerStagingTests {
  let home: Home
  let loop: EventLoop
  let performer: Performer

  var scratch: Scratch { home.scratch }
  var paths: HostPaths { home.paths }
  var store: ServiceStore { home.store }

  init() throws {
    home = try Home(hasProfiles: true)
    loop = try EventLoop()
    performer = Performer(loop: loop, manager: Manager(loop: loop), paths: home.paths)
  }

  func order(
    _ source: CertificateSource = .selfSigned, newCertificate: Bool = false, imported: String? = nil
  ) -> StageOrder {
    var certificate = CertificateTarget(source: source, names: nil, key: .ecdsaP256)
    certificate.imported = imported
    return StageOrder(
      listen: ListenTarget(profile: "nginx", channels: [console(https: 8384)]),
      newCertificate: newCertificate, certificate: certificate, lifetime: 30 * Limits.day,
      why: "console https_port 8383 → 8384")
  }

  func perform(_ order: StageOrder, current: GenerationFacts? = generation()) throws -> StepResult {
    let told = Told<StepResult>()
    performer.perform(
      .stage(order), adoption: adoption, observation: observation(current: current)
    ) { told.values.append($0) }
    #expect(told.values.isEmpty)
    try loop.wait { !told.values.isEmpty }
    return try #require(told.values.first)
  }

  func serveFirst() throws {
    _ = try store.write(newGeneration())
    try store.switchCurrent(to: 1)
  }

  /// Asked of systemd, which nobody is connected to.
  func isLeftToAHelper(_ result: StepResult) -> Bool {
    result != .done && store.numbers().count <= 1
  }

  @Test func aGenerationThatKeepsItsKeyIsWrittenAtOnce() throws {
    try serveFirst()
    #expect(try perform(order()) == .done)
    #expect(store.candidate()?.listen.channels == [console(https: 8384)])
    #expect(try store.chainAndKey(of: 2).key == Array("key".utf8))
    #expect(FileSystem.ownership("\(store.path(of: 2))/key.pem")?.mode == 0o600)
    #expect(store.currentNumber == 1)
  }

  @Test(arguments: [CertificateSource.imported, .followed])
  func soIsOneWhoseCertificateWasBrought(source: CertificateSource) throws {
    try serveFirst()
    let sha256 = String(repeating: "b", count: 64)
    var brought = generation().certificate
    brought.sha256 = sha256
    try store.writeImport(
      brought, chainPEM: Array("theirs".utf8), keyPEM: Array("their key".utf8))
    #expect(try perform(order(source, newCertificate: true, imported: sha256)) == .done)
    #expect(store.candidate()?.certificate.sha256 == sha256)
  }

  @Test func aKeyIsLeftToAHelper() throws {
    try serveFirst()
    #expect(isLeftToAHelper(try perform(order(newCertificate: true))))
  }

  @Test func theFirstGenerationIsLeftToAHelper() throws {
    #expect(isLeftToAHelper(try perform(order(), current: nil)))
  }

  @Test func nothingIsWrittenBesideWhoeverHoldsTheLock() throws {
    try serveFirst()
    let lock = try store.lock()
    #expect(isLeftToAHelper(try perform(order())))
    _ = consume lock
    #expect(try perform(order()) == .done)
  }

  @Test func anOrderFromBeforeASwitchIsLeftToAHelper() throws {
    try serveFirst()
    #expect(isLeftToAHelper(try perform(order(), current: generation(7))))
  }

  @Test func whatCannotBeWrittenIsAResultThatNamesThePlace() throws {
    try serveFirst()
    try scratch.folder("var/lib/supervisord-ec/console/candidate")
    guard case .failed(let reason) = try perform(order()) else {
      Issue.record("a folder in the place of the link was no failure")
      return
    }
    #expect(reason.contains("\(store.directory)/candidate"))
  }
}
