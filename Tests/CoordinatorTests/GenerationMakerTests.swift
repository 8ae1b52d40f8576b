import Certificates
import Files
import Generations
import Glibc
import Testing

@testable import Coordinator
@testable import Planner

/// Whole generations with the profile that is installed.
@Suite struct GenerationMakerTests {
  let home: Home

  var scratch: Scratch { home.scratch }
  var paths: HostPaths { home.paths }
  var store: ServiceStore { home.store }

  init() throws {
    home = try Home(hasProfiles: true)
  }

  func order(
    _ channels: [ChannelTarget] = [console(), agents()], newCertificate: Bool = true,
    names: [String]? = ["ec.example.com", "192.0.2.1"], key: KeyKind = .ecdsaP256,
    profile: String = "nginx"
  ) -> StageOrder {
    StageOrder(
      listen: ListenTarget(profile: profile, channels: channels), newCertificate: newCertificate,
      certificate: CertificateTarget(source: .selfSigned, names: names, key: key),
      lifetime: 30 * Limits.day, why: "the first generation")
  }

  func make(_ order: StageOrder, current: GenerationFacts? = nil) throws -> GenerationFacts {
    try GenerationMaker(paths: paths, adoption: adoption, now: start).make(order, current: current)
  }

  @Test func makesACompleteGeneration() throws {
    let made = try make(order())
    #expect(store.generation(1) == made)
    #expect(made.certificate.names == ["ec.example.com", "192.0.2.1"])
    #expect(made.certificate.notAfter == start + 30 * Limits.day)
    #expect(made.certificate.madeAt == start)
    #expect(made.why == "the first generation")
    let folder = store.path(of: 1)
    #expect(
      FileSystem.list(folder)
        == ["chain.pem", "http.conf", "key.pem", "main.conf", "manifest.json"])
    let site = try FileSystem.read("\(folder)/main.conf", limit: 1 << 20)
    #expect(String(decoding: site, as: UTF8.self).contains("\(folder)/key.pem;"))
    #expect(store.currentNumber == nil && store.candidateNumber == nil)
  }

  @Test func theKeyIsTheOwnersOnlyAndFitsTheCertificate() throws {
    let made = try make(order())
    #expect(FileSystem.ownership("\(store.path(of: 1))/key.pem")?.mode == 0o600)
    #expect(FileSystem.ownership(store.path(of: 1))?.mode == 0o700)
    let files = try store.chainAndKey(of: 1)
    #expect(try matches(certificatePEM: files.chain, privateKeyPEM: files.key))
    #expect(try inspect(pem: files.chain).sha256 == made.certificate.sha256)
  }

  @Test func keepsTheCertificateUnlessANewOneIsOrdered() throws {
    let first = try make(order())
    let moved = try make(
      order([console(https: 8384)], newCertificate: false, names: ["other"]), current: first)
    #expect(moved.number == 2)
    #expect(moved.certificate == first.certificate)
    #expect(moved.certificateTarget == first.certificateTarget)
    #expect(try store.chainAndKey(of: 2).key == store.chainAndKey(of: 1).key)
    let renewed = try make(order(), current: moved)
    #expect(renewed.certificate.sha256 != first.certificate.sha256)
    #expect(try store.chainAndKey(of: 3).key != store.chainAndKey(of: 1).key)
  }

  @Test func theFirstGenerationHasANewCertificateInAnyCase() throws {
    #expect(try make(order(newCertificate: false)).certificate.names.first == "ec.example.com")
  }

  @Test func withoutNamesTheHostsOwnAreTaken() throws {
    let made = try make(order(names: nil))
    #expect(!made.certificate.names.isEmpty)
    #expect(made.certificateTarget.names == nil)
  }

  @Test(arguments: KeyKind.allCases) func makesEveryKindOfKey(kind: KeyKind) throws {
    let made = try make(order(key: kind))
    #expect(made.certificateTarget.key == kind)
    let files = try store.chainAndKey(of: 1)
    #expect(try matches(certificatePEM: files.chain, privateKeyPEM: files.key))
  }

  @Test func errorsSayWhatAndWhere() throws {
    func text(_ order: StageOrder, current: GenerationFacts? = nil) -> String {
      do {
        _ = try make(order, current: current)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      text(order(profile: "apache"))
        == "\"\(paths.profiles)/apache/profile.toml\": there is no profile \"apache\"; installed:"
        + " \"nginx\"")
    #expect(text(order(names: ["bücher.example"])).contains("bücher.example"))
    #expect(
      text(order(newCertificate: false), current: generation(7)).contains("000007/chain.pem"))
    #expect(store.numbers().isEmpty)
  }
}
