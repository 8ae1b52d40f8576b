import Certificates
import Glibc
import Planner
import Testing

@testable import Coordinator
@testable import supervisord_ec

@Suite("certificate request and import")
struct ImportTests {
  private let authority: PrivateCA
  private let world = World(Reports.enforced)

  init() throws {
    authority = try PrivateCA()
    // Later than every certificate that is issued here begins.
    world.now = time(nil) + 60
    world.circumstances.serverNames = ["ec.example.com"]
    // The daemon serves whatever the settings name.
    world.meanwhile = { world, _ in
      guard let sha256 = world.importChanges.last?.sha256 else { return }
      var report = Reports.enforced
      report.certificate?.sha256 = sha256
      world.publish(report)
    }
  }

  /// Makes a request and has the CA answer it; only the key that was kept here fits.
  private func request() throws {
    #expect(world.run("certificate", "request", "console", "--name", "ec.example.com") == 0)
    let made = try #require(world.certificateRequests.last)
    world.files["answer.pem"] = try authority.answer(made.request)
    world.keys = [made.key]
  }

  @Test("a request is printed and its key kept; the answer is paired with it")
  func answered() throws {
    try request()
    #expect(world.output.hasPrefix("-----BEGIN CERTIFICATE REQUEST-----\n"))
    #expect(!world.output.contains("PRIVATE KEY"))
    #expect(world.certificateRequests[0].facts.names == ["ec.example.com"])
    #expect(world.run("certificate", "import", "console", "--chain", "answer.pem") == 0)
    let kept = try #require(world.imports.last)
    #expect(kept.certificate.issuer == .privateCA)
    #expect(kept.certificate.names == ["ec.example.com"])
    #expect(kept.publicKey == world.certificateRequests[0].facts.publicKey)
    #expect(
      world.importChanges
        == [
          ImportChange(name: "console", sha256: kept.certificate.sha256, turnsTrustOff: false)
        ])
    #expect(world.tidied == [kept.publicKey])
    #expect(world.output.contains("the imported certificate is served"))
    // The root is not served.
    let chain = String(decoding: kept.chain, as: UTF8.self)
    #expect(chain.split(separator: "BEGIN CERTIFICATE").count == 2)
  }

  @Test("a request goes into a file with --out, the key never")
  func out() throws {
    #expect(world.run("certificate", "request", "console", "--out", "ec.csr") == 0)
    #expect(world.output.isEmpty)
    let text = String(decoding: try #require(world.files["ec.csr"]), as: UTF8.self)
    #expect(text.hasPrefix("-----BEGIN CERTIFICATE REQUEST-----\n"))
    // Without --name those of the certificate in use.
    #expect(world.certificateRequests[0].facts.names == ["ec.example.com", "192.0.2.10"])
  }

  @Test("a key among the files is taken, in whatever order")
  func ownKey() throws {
    let own = try authority.request()
    world.files["all.pem"] = own.key + (try authority.answer(own.request))
    #expect(world.run("certificate", "import", "console", "all.pem") == 0, "\(world.output)")
    #expect(world.imports.count == 1)
  }

  @Test("what is refused names every reason and keeps nothing")
  func refused() throws {
    let own = try authority.request()
    world.files["bad.pem"] = try authority.answer(own.request, names: "DNS:other.example.com")
    #expect(world.run("certificate", "import", "console", "--chain", "bad.pem") == 1)
    #expect(world.output.contains("[name-mismatch]"))
    #expect(world.output.contains("[key-missing]"))
    #expect(world.errors.contains("refused, nothing was changed"))
    #expect(world.imports.isEmpty)
    #expect(world.importChanges.isEmpty)
  }

  @Test("one that ends sooner than the import in use is taken with --replace-anyway only")
  func worse() throws {
    let own = try authority.request()
    let standing = try authority.answer(own.request, days: 200)
    world.circumstances.standing = try inspect(pem: standing)
    world.files["new.pem"] = own.key + (try authority.answer(own.request, days: 10))
    #expect(world.run("certificate", "import", "console", "new.pem") == 1)
    #expect(world.output.contains("[ends-sooner]"))
    #expect(world.errors.contains("--replace-anyway"))
    #expect(world.imports.isEmpty)
    #expect(
      world.run("certificate", "import", "console", "new.pem", "--replace-anyway") == 0)
    #expect(world.imports.count == 1)
  }

  @Test("with trusted communication on, a private CA's is refused with the two ways out")
  func trust() throws {
    world.circumstances.trustedCommunication = true
    let own = try authority.request()
    world.files["new.pem"] = own.key + (try authority.answer(own.request))
    #expect(world.run("certificate", "import", "console", "new.pem") == 1)
    #expect(world.errors.contains("Import a public CA's certificate"))
    #expect(world.errors.contains("--turn-off-trusted-communication"))
    #expect(world.imports.isEmpty)
    #expect(
      world.run(
        "certificate", "import", "console", "new.pem", "--turn-off-trusted-communication") == 0)
    #expect(world.importChanges.last?.turnsTrustOff == true)
  }

  @Test("trusted communication needs every name that agents use, and says which are missing")
  func trustedNames() {
    var report = Reports.enforced
    report.certificate?.issuer = "public-ca"
    world.publish(report)
    let verb = ["set", "console", "agents.trusted_communication", "true"]
    world.circumstances.serverNames = ["ec.example.com", "agents.example.com"]
    #expect(SupervisordEC.run(verb, in: world.environment) == 1)
    #expect(world.errors.contains("(the server's names): agents.example.com; nothing was saved"))
    world.circumstances.certificate.names = ["other.example.com"]
    #expect(SupervisordEC.run(verb, in: world.environment) == 1)
    #expect(world.errors.contains("(certificate.names): other.example.com"))
    #expect(world.saved.isEmpty)
    world.circumstances.certificate.names = ["EC.example.com"]
    _ = SupervisordEC.run(verb, in: world.environment)
    #expect(world.saved.count == 1)
  }

  @Test("keys are wiped wherever they are shared")
  func wiped() {
    var key: [UInt8] = (1...64).map(UInt8.init)
    let other = key
    wipe(&key)
    #expect(key.isEmpty && other == [UInt8](repeating: 0, count: 64))
  }

  @Test("settings that are refused keep nothing")
  func settings() throws {
    world.saveResult = .failure(CommandProblem(.refused, "another file sets it"))
    let own = try authority.request()
    world.files["new.pem"] = own.key + (try authority.answer(own.request))
    #expect(world.run("certificate", "import", "console", "new.pem") == 1)
    #expect(world.tidied.isEmpty)
  }

  @Test("one that is rolled back ends with 1 and says why")
  func rolledBack() throws {
    world.meanwhile = { world, _ in
      var report = Reports.enforced
      report.state = "rolled-back"
      report.notices = [
        .init(
          code: "rolled-back", severity: .error, since: "2026-03-01T06:30:00Z",
          text: "generation 3 was rolled back to 2: another certificate answers")
      ]
      world.publish(report)
    }
    let own = try authority.request()
    world.files["new.pem"] = own.key + (try authority.answer(own.request))
    #expect(world.run("certificate", "import", "console", "new.pem") == 1)
    #expect(world.errors.contains("another certificate answers"))
  }

  @Test("who may keep no keys is told so", arguments: ["request", "import"])
  func notPermitted(verb: String) {
    world.mayKeep = false
    world.files["a"] = []
    let arguments = ["certificate", verb, "console"] + (verb == "import" ? ["a"] : [])
    #expect(SupervisordEC.run(arguments, in: world.environment) == 77)
  }
}
