import Files
import Generations
import Planner
import Testing

@Suite struct ImportStoreTests {
  let bench: Workbench
  let store: ServiceStore

  init() throws {
    bench = try Workbench()
    store = try bench.store()
  }

  func name(_ digit: Character) -> String { String(repeating: digit, count: 64) }

  func certificate(_ digit: Character, madeAt: UnixSeconds = 1) -> CertificateFacts {
    CertificateFacts(
      sha256: name(digit), notBefore: 0, notAfter: 9, names: ["host"], madeAt: madeAt,
      issuer: .privateCA)
  }

  func write(_ digit: Character, madeAt: UnixSeconds = 1) throws {
    try store.writeImport(
      certificate(digit, madeAt: madeAt), chainPEM: Array("chain".utf8),
      keyPEM: Array("key".utf8))
  }

  @Test func anImportIsReadBackWholeAndItsKeyIsClosed() throws {
    try write("a")
    #expect(store.importedCertificate(name("a")) == certificate("a"))
    #expect(try store.chainAndKey(ofImport: name("a")).key == Array("key".utf8))
    let folder = "\(store.directory)/imports"
    #expect(FileSystem.ownership(folder)?.mode == 0o700)
    #expect(FileSystem.ownership("\(folder)/\(name("a"))/key.pem")?.mode == 0o600)
    #expect(store.imports() == [name("a")])
  }

  @Test(arguments: ["chain.pem", "key.pem", "import.json"])
  func halfAnImportIsNoneAndIsWrittenAnew(_ file: String) throws {
    try write("a")
    try FileSystem.write([0], to: "\(store.directory)/imports/\(name("a"))/\(file)")
    #expect(store.importedCertificate(name("a")) == nil)
    #expect(throws: FileError.self) { try store.chainAndKey(ofImport: name("a")) }
    try write("a")
    #expect(store.importedCertificate(name("a")) == certificate("a"))
  }

  @Test(arguments: ["", "..", "../../etc", "A", "a/b"])
  func whatIsNoDigestIsNoImport(_ name: String) throws {
    #expect(store.importedCertificate(name) == nil)
    #expect(throws: FileError.self) { try store.chainAndKey(ofImport: name) }
    #expect(throws: FileError.self) {
      try store.writeImport(
        CertificateFacts(sha256: name, notBefore: 0, notAfter: 1, names: [], madeAt: 0),
        chainPEM: [], keyPEM: [])
    }
  }

  @Test func theNewestImportsAndTheOneInUseAreKept() throws {
    for (index, digit) in "abcdef0123".enumerated() { try write(digit, madeAt: index) }
    try store.pruneImports(keeping: [name("a")])
    #expect(Set(store.imports()) == Set(["a", "f", "0", "1", "2", "3"].map { name($0) }))
  }

  @Test func aRequestIsKeptUntilItIsAnswered() throws {
    let facts = CertificateRequestFacts(publicKey: name("b"), names: ["host"], madeAt: 5)
    try store.writeRequest(facts, requestPEM: [1], keyPEM: [2])
    #expect(store.certificateRequests() == [facts])
    #expect(try store.key(ofRequest: name("b")) == [2])
    let folder = "\(store.directory)/requests"
    #expect(FileSystem.ownership(folder)?.mode == 0o700)
    #expect(FileSystem.ownership("\(folder)/\(name("b"))/key.pem")?.mode == 0o600)
    try store.removeRequest(name("b"))
    #expect(store.certificateRequests().isEmpty)
    #expect(throws: FileError.self) { try store.key(ofRequest: name("b")) }
  }

  @Test func noKeyIsThrownAwayForANewRequest() throws {
    for number in 0..<StoreLimits.requests {
      let digits = String(number, radix: 16)
      let key = String(repeating: "0", count: 64 - digits.count) + digits
      try store.writeRequest(
        CertificateRequestFacts(publicKey: key, names: [], madeAt: number), requestPEM: [],
        keyPEM: [])
    }
    #expect(throws: FileError.self) {
      try store.writeRequest(
        CertificateRequestFacts(publicKey: name("f"), names: [], madeAt: 99), requestPEM: [],
        keyPEM: [])
    }
    #expect(store.certificateRequests().count == StoreLimits.requests)
  }
}
