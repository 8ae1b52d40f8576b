import Files
import Generations
import Glibc
import Planner
import Testing

@testable import Watchers

@Suite struct DiskMemoryTests {
  let host: Host
  /// Trusts young files too: what is written here differs in size.
  let memory = DiskMemory(youngestSeconds: 0)

  init() throws { host = try Host(folders: ["etc/supervisord-ec/adopted", "state"]) }

  var store: ServiceStore { ServiceStore(root: "\(host.root)/state", name: "console") }

  func write() throws -> Int {
    try store.prepareFolders()
    return try store.write(
      NewGeneration(
        listen: ListenTarget(profile: "nginx", channels: []),
        certificateTarget: CertificateTarget(source: .selfSigned, names: nil, key: .ecdsaP256),
        certificate: CertificateFacts(
          sha256: "a", notBefore: 0, notAfter: 10, names: [], madeAt: start),
        chainPEM: Array("chain".utf8), keyPEM: Array("key".utf8), rendered: ["main.conf": []],
        createdAt: start, why: "first")
    ).number
  }

  /// How often a file is read in three looks.
  func reads(_ memory: DiskMemory) throws -> Int {
    try host.write("one", to: "file")
    var known: DiskMemory.Known<String>?
    var count = 0
    for _ in 1...3 {
      let value = memory.look(&known, ["\(host.root)/file"]) {
        count += 1
        return "one"
      }
      #expect(value == "one")
    }
    return count
  }

  @Test func whatDidNotChangeIsReadOnce() throws { #expect(try reads(memory) == 1) }

  @Test func aFileThatChangedJustNowIsReadEachTime() throws {
    #expect(try reads(DiskMemory(youngestSeconds: 1_000_000)) == 3)
  }

  @Test func whatIsMissingIsLookedForEachTime() {
    var known: DiskMemory.Known<String>?
    let path = "\(host.root)/file"
    #expect(memory.look(&known, [path]) { nil } == nil)
    #expect(memory.look(&known, [path]) { "here" } == "here")
  }

  @Test func aGenerationThatIsDamagedLaterIsNoneFromThenOn() throws {
    let number = try write()
    for _ in 1...2 { #expect(memory.generation(number, of: store)?.number == number) }
    try host.overwrite("longer than before", in: "state/console/generations/000001/key.pem")
    #expect(memory.generation(number, of: store) == nil)
    try host.overwrite("key", in: "state/console/generations/000001/key.pem")
    #expect(memory.generation(number, of: store)?.number == number)
  }

  @Test func aGenerationThatLosesAFileIsNoneFromThenOn() throws {
    let number = try write()
    #expect(memory.generation(number, of: store) != nil)
    try FileSystem.remove("\(store.path(of: number))/main.conf")
    #expect(memory.generation(number, of: store) == nil)
  }

  @Test func aRecordThatOthersMayWriteDoesNotCountAnyMore() throws {
    let adoptions = AdoptionStore(root: host.paths.adopted, owner: getuid())
    try adoptions.write(Adoption(name: "console", unit: "a.service", profile: "nginx"))
    #expect(memory.adoption("console", in: adoptions)?.unit == "a.service")
    try #require(unsafe chmod(host.paths.adopted, 0o777) == 0)
    #expect(memory.adoption("console", in: adoptions) == nil)
    try #require(unsafe chmod(host.paths.adopted, 0o755) == 0)
    try adoptions.write(Adoption(name: "console", unit: "other.service", profile: "nginx"))
    #expect(memory.adoption("console", in: adoptions)?.unit == "other.service")
  }

  @Test func aRatchetIsReadAnewWhenItWasSet() throws {
    let ratchets = RatchetStore(root: "\(host.root)/state")
    #expect(try memory.ratchet("a.service", in: ratchets) == Ratchet())
    try ratchets.write(unit: "a.service", Ratchet(firstSeen: start))
    for _ in 1...2 {
      #expect(try memory.ratchet("a.service", in: ratchets) == Ratchet(firstSeen: start))
    }
    try ratchets.write(unit: "a.service", Ratchet(enforcedSince: start))
    #expect(try memory.ratchet("a.service", in: ratchets).enforcedSince == start)
    try host.overwrite("{", in: "state/units/a.service.json")
    #expect(throws: FileError.self) { try memory.ratchet("a.service", in: ratchets) }
  }
}
