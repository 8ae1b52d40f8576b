import Testing

@testable import Certificates

/// Which way is found from a certificate to a root.
@Suite struct PathTests {
  private let authority: Authority

  init() throws { authority = try Authority() }

  @Test func eachOfSeveralPathsIsTried() throws {
    // One intermediate, issued by two roots; only the second is trusted, or has not ended.
    let (first, second) = (
      try authority.make("first", extensions: Authority.ca),
      try authority.make("second", extensions: Authority.ca)
    )
    let one = try authority.make("one", by: first, extensions: Authority.ca, subject: "/CN=middle")
    let other = try authority.make(
      "other", by: second, extensions: Authority.ca, subject: "/CN=middle", reusing: one.key)
    let leaf = try authority.make("leaf", by: one)
    for given in [[leaf, one, other], [other, one, leaf]] {
      let judgement = try Case(given, trust: [second]).judgement
      #expect(judgement.isAccepted)
      #expect(judgement.chain == [leaf.found.der, other.found.der])
      #expect(judgement.root == second.found.der)
    }
  }

  @Test func aPathThatHasEndedGivesWayToOneThatHasNot() throws {
    let root = try authority.make("root", extensions: Authority.ca, days: 300)
    let short = try authority.make(
      "short", by: root, extensions: Authority.ca, days: 10, subject: "/CN=middle")
    let long = try authority.make(
      "long", by: root, extensions: Authority.ca, days: 200, subject: "/CN=middle",
      reusing: short.key)
    let leaf = try authority.make("leaf", by: short)
    var one = try Case([leaf, short, long], trust: [root])
    one.question.now += 20 * 86_400
    #expect(one.judgement.isAccepted)
    #expect(one.judgement.chain == [leaf.found.der, long.found.der])
  }

  @Test func anIssuerOfTheSameNameWithAnotherKeyIsPassedOver() throws {
    let (root, middle, leaf) = try authority.ordinary()
    let bare = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign"
    let decoy = try authority.make("decoy", by: root, extensions: bare, subject: "/CN=middle")
    let judgement = try Case([leaf, decoy, middle], trust: [root]).judgement
    #expect(judgement.isAccepted)
    #expect(judgement.chain == [leaf.found.der, middle.found.der])
  }

  @Test func aDetourOverAnotherRootIsServedWhileItIsGood() throws {
    let (old, new) = (
      try authority.make("old", extensions: Authority.ca),
      try authority.make("new", extensions: Authority.ca)
    )
    let cross = try authority.make(
      "cross", by: old, extensions: Authority.ca, days: 10, subject: "/CN=new", reusing: new.key)
    let leaf = try authority.make("leaf", by: new)
    var one = try Case([leaf, cross], trust: [old, new])
    #expect(one.judgement.chain == [leaf.found.der, cross.found.der])
    #expect(one.judgement.root == old.found.der)
    one.question.now += 20 * 86_400
    #expect(one.judgement.chain == [leaf.found.der] && one.refusals == [])
    #expect(one.judgement.root == new.found.der)
  }

  @Test func aShortWayIsFoundAmongManyDetours() throws {
    // Each of six CAs has cross-signed each other, only one is trusted.
    let cas = try (1...6).map { try authority.make("ca\($0)", extensions: Authority.ca) }
    var given = [try authority.make("leaf", by: cas[0])]
    for issued in cas {
      for issuer in cas where issuer.name != issued.name {
        given.append(
          try authority.make(
            "\(issued.name)-\(issuer.name)", by: issuer, extensions: Authority.ca,
            subject: "/CN=\(issued.name)", reusing: issued.key))
      }
    }
    #expect(try Case(given, trust: [cas[5]]).refusals == [])
  }

  @Test func thePublicRootIsPreferred() throws {
    let (root, middle, leaf) = try authority.ordinary()
    var one = try Case([leaf, middle, root])
    #expect(one.judgement.authority == .privateCA)
    one.question.anchors = try anchors(shipped: root, list: "mozilla/root.crt")
    #expect(one.judgement.authority == .publicCA)
    #expect(one.judgement.root == root.found.der)
    one.question.trusted = [root.found]
    #expect(one.judgement.authority == .publicCA)
  }

  @Test(arguments: [
    ("mozilla/root.crt", Judgement.Authority.publicCA), ("# c\n\nmozilla/root.crt\r\n", .publicCA),
    ("!mozilla/root.crt", nil), ("#mozilla/root.crt", nil), ("", nil), ("other.crt", nil),
  ])
  func aShippedRootCountsWhileItIsEnabled(list: String, authority expected: Judgement.Authority?)
    throws
  {
    let (root, middle, leaf) = try authority.ordinary()
    var one = try Case([leaf, middle])
    one.question.anchors = try anchors(shipped: root, list: list)
    #expect(one.judgement.authority == expected)
    #expect(one.refusals == (expected == nil ? ["chain-incomplete"] : []))
  }

  @Test func anAddedRootIsAPrivateCAs() throws {
    let (root, middle, leaf) = try authority.ordinary()
    var one = try Case([leaf, middle])
    let local = "\(authority.folder.path)/local/deeper"
    try authority.run(["mkdir", "-p", local])
    try authority.run(["cp", root.certificate, "\(local)/company.crt"])
    var places = TrustAnchors.Places()
    (places.configuration, places.shipped) = ("/nonexistent", "/nonexistent")
    places.local = "\(authority.folder.path)/local"
    one.question.anchors = TrustAnchors(reading: places)
    #expect(one.judgement.authority == .privateCA && one.refusals == [])
  }

  @Test func aRootReplacedAfterItWasIndexedCountsAsNone() throws {
    let (root, middle, leaf) = try authority.ordinary()
    let other = try authority.make("other", extensions: Authority.ca)
    var one = try Case([leaf, middle])
    one.question.anchors = try anchors(shipped: root, list: "mozilla/root.crt")
    let shipped = "\(authority.folder.path)/share/mozilla/root.crt"
    try authority.run(["cp", other.certificate, shipped])
    #expect(one.refusals == ["chain-incomplete"])
    try authority.run(["cp", root.certificate, shipped])
    #expect(one.judgement.authority == .publicCA)
  }

  @Test func aPublicCAsLongValidityIsRefused() throws {
    let root = try authority.make("root", extensions: Authority.ca, days: 4000)
    let leaf = try authority.make("leaf", by: root, days: 399)
    var one = try Case([leaf])
    one.question.anchors = try anchors(shipped: root, list: "mozilla/root.crt")
    #expect(one.refusals == ["validity-too-long"])
  }

  @Test func manyCAsOfOneNameAreBounded() throws {
    // Every one could have issued every other: as many paths as there are orders of them.
    let root = try authority.make("root", extensions: Authority.ca, subject: "/CN=same")
    let bare = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
    let others = try (1...12).map { index in
      try authority.make("same\(index)", by: root, extensions: bare, subject: "/CN=same")
    }
    let leaf = try authority.make("leaf", by: root, extensions: "subjectAltName=DNS:a.example")
    let pool = (others + [leaf]).compactMap { Certificate($0.found, .given) }
    var search = PathSearch(pool, now: try present(), trustsGivenRoots: true, anchors: .init())
    search.run(from: try #require(pool.last))
    #expect(search.complete.isEmpty)
    #expect(search.cost <= CertificateLimits.signatureCost)
    #expect(try Case([leaf] + others).refusals.contains("chain-incomplete"))
    #expect(try Case([leaf] + others, trust: [root]).judgement.root == root.found.der)
  }

  private func anchors(shipped root: Authority.Entity, list: String) throws -> TrustAnchors {
    let base = authority.folder.path
    try authority.run(["mkdir", "-p", "\(base)/share/mozilla"])
    try authority.run(["cp", root.certificate, "\(base)/share/mozilla/root.crt"])
    var places = TrustAnchors.Places()
    places.configuration = try authority.folder.write(Array("\(list)\n".utf8), "list.conf")
    (places.shipped, places.local) = ("\(base)/share", "/nonexistent")
    return TrustAnchors(reading: places)
  }
}
