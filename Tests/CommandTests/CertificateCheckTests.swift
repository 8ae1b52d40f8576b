import Files
import Testing

@testable import supervisord_ec

/// `certificate check` on a chain that is always the same (`Scenarios/certificates`).
@Suite("certificate check")
struct CertificateCheckTests {
  private let world = World()

  init() throws {
    for name in ["root.pem", "chain.pem", "leaf.key", "other.key", "server.pfx"] {
      let path = "\(projectFolder)/Tests/Scenarios/certificates/\(name)"
      world.files[name] = try FileSystem.read(path, limit: 1 << 20)
    }
    world.files["password"] = Array("correct horse\n".utf8)
  }

  private func check(_ words: String...) -> Int32 {
    SupervisordEC.run(["certificate", "check"] + words, in: world.environment)
  }

  @Test("has one line for each check that was passed")
  func good() throws {
    #expect(
      check(
        "--chain", "chain.pem", "--key", "leaf.key", "--trust", "root.pem", "--name", "a.example")
        == 0)
    try expectGolden(world.output, "certificate-check-good")
  }

  @Test("has one line for each problem, with what to do next")
  func bad() throws {
    #expect(
      check(
        "--chain", "chain.pem", "--key", "other.key", "--name", "b.example", "--at",
        "2048-01-01T00:00:00Z", "--chain", "missing.pem") == 1)
    try expectGolden(world.output, "certificate-check-bad")
  }

  @Test("has every key of the contract")
  func json() throws {
    #expect(check("chain.pem", "--json", "--name", "b.example") == 1)
    try expectGolden(world.output, "certificate-check.json")
  }

  @Test("takes files in any order without options")
  func anyOrder() {
    #expect(check("root.pem", "leaf.key", "chain.pem") == 0)
  }

  @Test("reads a password from a file, or asks for it")
  func password() {
    #expect(check("--pkcs12", "server.pfx", "--password-file", "password") == 0)
    #expect(check("--pkcs12", "server.pfx") == 1)
    #expect(world.output.contains("[password-needed]"))
    world.answers = ["correct horse"]
    #expect(check("--pkcs12", "server.pfx") == 0)
    world.output = ""
    world.answers = ["wrong"]
    #expect(check("--pkcs12", "server.pfx", "--trust", "root.pem") == 1)
    #expect(world.output.contains("[wrong-password]") && !world.output.contains("key-missing"))
  }

  @Test("opens a store of roots with the password, and one without too")
  func trustedStore() {
    world.files["store"] = world.files["server.pfx"]
    #expect(
      check(
        "--chain", "chain.pem", "--key", "leaf.key", "--trust", "store", "--trust", "root.pem",
        "--password-file", "password") == 0)
    #expect(world.output.contains("It would be taken.") && !world.output.contains("remark"))
  }

  @Test("refuses to trust a file that holds no certificate")
  func trustOfNothing() {
    #expect(check("chain.pem", "root.pem", "--trust", "leaf.key") == 1)
    #expect(world.output.contains("\"leaf.key\" holds no certificate to trust"))
  }

  @Test("takes a password from a file with a byte order mark")
  func markedPassword() {
    world.files["password"] = [0xef, 0xbb, 0xbf] + Array("correct horse\r\n".utf8)
    #expect(check("--pkcs12", "server.pfx", "--password-file", "password") == 0)
  }

  @Test("takes a password from a file without the end of a line")
  func bareWord() {
    world.files["password"] = Array("correct horse".utf8)
    #expect(check("--pkcs12", "server.pfx", "--password-file", "password") == 0)
  }

  @Test("refuses a store that is said to have a key and has none")
  func keyMissing() {
    #expect(check("chain.pem", "root.pem") == 0)
    #expect(check("--pkcs12", "chain.pem", "root.pem") == 1)
    #expect(world.output.contains("[key-missing]"))
  }

  @Test(
    "ends with 64 on wrong usage",
    arguments: [
      [], ["--at", "soon", "chain.pem"], ["--password-fd", "x", "chain.pem"],
      ["chain.pem", "--password-fd", "3", "--password-file", "password"], ["--name", "a.example"],
    ])
  func wrongUsage(words: [String]) {
    #expect(SupervisordEC.run(["certificate", "check"] + words, in: world.environment) == 64)
  }
}
