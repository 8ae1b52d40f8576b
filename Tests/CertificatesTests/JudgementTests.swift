import Testing

@testable import Certificates

/// Each reason, and that it is not given without cause.
@Suite struct JudgementTests {
  private let authority: Authority
  private let root: Authority.Entity
  private let middle: Authority.Entity
  private let leaf: Authority.Entity

  init() throws {
    authority = try Authority()
    (root, middle, leaf) = try authority.ordinary()
  }

  @Test func anOrdinaryChainIsAcceptedInAnyOrder() throws {
    var one = try Case([root, leaf, middle])
    one.material.keys = [try authority.key(leaf)]
    one.question.names = ["a.example", "192.0.2.7"]
    one.question.needsKey = true
    let judgement = one.judgement
    #expect(judgement.reasons == [])
    #expect(judgement.chain == [leaf.found.der, middle.found.der])
    #expect(judgement.root == root.found.der)
    #expect(judgement.authority == .privateCA)
    #expect(judgement.keyIndex == 0)
    #expect(Set(judgement.checked).count == judgement.checked.count)
    for code in ["self-signed", "key-mismatch", "chain-incomplete", "expired", "name-mismatch"] {
      #expect(judgement.checked.contains(code))
    }
  }

  @Test func everyReasonIsGivenAtOnce() throws {
    var one = try Case([leaf])
    one.material.keys = [try authority.key(middle)]
    one.question.names = ["b.example"]
    one.question.now += 100 * 86_400
    #expect(
      one.refusals == ["chain-incomplete", "expired", "key-mismatch", "name-mismatch"])
    #expect(!one.judgement.checked.contains { one.refusals.contains($0) })
  }

  @Test func aRootAmongTheInputIsNotTrustedBesideANamedOne() throws {
    let other = try authority.make("other", extensions: Authority.ca)
    #expect(try Case([leaf, middle, root]).refusals == [])
    #expect(try Case([leaf, middle, root], trust: [other]).refusals == ["chain-incomplete"])
    #expect(try Case([leaf, middle], trust: [root]).refusals == [])
  }

  @Test func theMissingIssuerIsNamed() throws {
    let judgement = try Case([leaf], trust: [root]).judgement
    let reason = try #require(judgement.reasons.first { $0.code == "chain-incomplete" })
    #expect(reason.expected == "CN=middle" && reason.found == "CN=leaf" && reason.file == "leaf")
    #expect(judgement.authority == nil && judgement.root == nil)
  }

  @Test func aSelfSignedCertificateIsRefusedEvenIfItIsTrusted() throws {
    let own = try authority.make("own")
    #expect(try Case([own]).refusals == ["self-signed"])
    #expect(try Case([own], trust: [own]).refusals == ["self-signed"])
    #expect(try Case([own]).judgement.authority == .selfSigned)
  }

  @Test func aCertificateThatMerelyLooksIssuedIsSelfSigned() throws {
    // The root's name and another key under it: what it signs with that key is its own.
    let copy = try authority.make("copy", extensions: Authority.ca, subject: "/CN=root")
    let fake = try authority.make(
      "fake", by: copy, extensions: "subjectAltName=DNS:a.example", reusing: copy.key)
    #expect(fake.name == "fake")
    #expect(try Case([fake, root]).refusals.contains("self-signed"))
  }

  @Test func aKeyThatIsMissingIsRefusedWhereItIsNeeded() throws {
    var one = try Case([leaf, middle, root])
    #expect(one.refusals == [] && one.remarks == ["key-missing"])
    one.question.needsKey = true
    #expect(one.refusals == ["key-missing"])
  }

  @Test func aPrivateHalfThatIsNotThePublicHalfsIsAMismatch() throws {
    var one = try Case([leaf, middle, root])
    var key = try authority.key(middle)
    key.publicKey = try authority.key(leaf).publicKey
    one.material.keys = [key]
    #expect(one.refusals == ["key-mismatch"])
  }

  @Test func whatDoesNotBelongToTheChainIsLeftOutWithARemark() throws {
    let other = try authority.make("other", extensions: Authority.ca)
    var one = try Case([other, leaf, middle, root])
    one.material.keys = [try authority.key(middle), try authority.key(leaf)]
    #expect(one.refusals == [] && one.remarks == ["extra-certificate", "extra-key"])
    #expect(one.judgement.keyIndex == 1)
  }

  @Test func bothEndsOfAValidityBelongToIt() throws {
    var one = try Case([leaf, middle, root])
    let details = try #require(one.judgement.details)
    for (now, refusals) in [
      (details.notAfter, []), (details.notAfter + 1, ["expired"]),
    ] {
      one.question.now = now
      // The CAs were made a moment before and end a moment before.
      #expect(Set(one.refusals).subtracting(["expired"]).isEmpty)
      let blamed = one.judgement.reasons.filter { $0.code == "expired" }.compactMap(\.file)
      #expect(blamed.contains("leaf") == !refusals.isEmpty)
    }
    one.question.now = details.notBefore - 86_400
    #expect(one.refusals == ["not-yet-valid"])
    let reason = try #require(one.judgement.reasons.first)
    #expect(reason.found == moment(details.notBefore))
  }

  @Test(arguments: [
    ("a.example", true), ("A.Example", true), ("a.example.", true), ("192.0.2.7", true),
    ("b.example", false), ("x.a.example", false), ("192.0.2.8", false), ("leaf", false),
    ("*.example", false), ("", false),
  ])
  func namesAreThoseOfTheAlternativeNames(name: String, isCovered: Bool) throws {
    var one = try Case([leaf, middle, root])
    one.question.names = [name]
    #expect(one.refusals == (isCovered ? [] : ["name-mismatch"]))
  }

  @Test func aWildcardStandsForOneWholeLabel() throws {
    let wild = try authority.make(
      "wild", by: middle,
      extensions: Authority.server.replacingName(with: "DNS:*.a.example,DNS:w*.b.example"))
    var one = try Case([wild, middle, root])
    one.question.names = ["x.a.example", "*.a.example"]
    #expect(one.refusals == [])
    for name in ["a.example", "y.x.a.example", "www.b.example", "*.b.example"] {
      one.question.names = [name]
      #expect(one.refusals == ["name-mismatch"], "\(name)")
    }
  }

  @Test func somethingWorseIsHeldAgainstTheStandingOne() throws {
    let sooner = try authority.make("sooner", by: middle, days: 10)
    let renamed = try authority.make(
      "renamed", by: middle, extensions: Authority.server.replacingName(with: "DNS:b.example"),
      days: 91)
    var one = try Case([sooner, middle, root])
    one.question.standing = try Case([leaf, middle, root]).judgement.details
    one.question.agentNames = ["a.example", "c.example"]
    #expect(one.refusals == ["ends-sooner"])
    #expect(Judgement.heldCodes.isSuperset(of: one.refusals))
    one.material.certificates[0] = renamed.found
    #expect(one.refusals == ["drops-agent-name"])
    one.material.certificates[0] = leaf.found
    #expect(one.refusals == [])
    // One that ends with it and was issued before: a backup, most likely.
    let standing = try #require(one.question.standing)
    one.question.standing?.notBefore += 1
    one.question.standing?.sha256 = "another"
    #expect(one.refusals == ["older"])
    #expect(Judgement.heldCodes.contains("older") && !one.judgement.checked.contains("older"))
    one.question.standing = standing
    #expect(one.judgement.checked.contains("older") == false)
    one.question.standing?.sha256 = "another"
    #expect(one.judgement.checked.contains("older"))
  }
}

extension String {
  /// The same extensions with other names.
  func replacingName(with names: String) -> String {
    split(separator: "\n").map { $0.hasPrefix("subjectAltName") ? "subjectAltName=\(names)" : $0 }
      .joined(separator: "\n")
  }
}
