import Files
import Generations
import Planner
import Testing

@Suite struct FollowedStoreTests {
  let bench: Workbench
  let store: ServiceStore
  let facts = FollowedFacts(
    files: FollowedFiles(certificate: "/srv/c.pem", keyFile: "/srv/k.pem"),
    accepted: CertificateFacts(
      sha256: String(repeating: "a", count: 64), notBefore: 0, notAfter: 9, names: ["host"],
      madeAt: 1, issuer: .publicCA),
    finding: FollowedFinding(.held, code: "older", text: "it is older", since: 5))

  init() throws {
    bench = try Workbench()
    store = try bench.store()
  }

  @Test func whatWasSeenIsReadBack() throws {
    #expect(store.followed() == nil)
    try store.writeFollowed(facts)
    #expect(store.followed() == facts)
  }

  @Test func aDamagedRecordIsNoneAndIsReplaced() throws {
    try bench.write("{", to: "console/followed.json")
    #expect(store.followed() == nil)
    try store.writeFollowed(facts)
    #expect(store.followed() == facts)
  }

  @Test func aRecordOfANewerVersionIsLeftAlone() throws {
    let newer = "{\"version\":2,\"new\":true}"
    try bench.write(newer, to: "console/followed.json")
    #expect(store.followed() == nil)
    #expect(throws: FileError.self) { try store.writeFollowed(facts) }
    #expect(try bench.read("console/followed.json") == newer)
  }
}
