import Testing

@testable import Certificates

/// One code a row: how a chain is spoilt, and what is said of it; nothing else may be said.
@Suite struct JudgementCodesTests {
  /// What is changed on the way from an ordinary chain.
  struct Row: CustomTestStringConvertible {
    var code: String
    /// Which certificate is to blame.
    var file = "leaf"
    var rootExtensions = Authority.ca
    var middleExtensions = Authority.ca
    var leafExtensions = Authority.server
    var middleKey = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    var leafKey = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    var middleOptions: [String] = []
    var leafOptions: [String] = []
    var testDescription: String { "\(code) of \(file)" }
  }

  static let rows = [
    Row(code: "weak-key", leafKey: ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"]),
    Row(code: "weak-key", leafKey: ["EC", "-pkeyopt", "ec_paramgen_curve:P-192"]),
    Row(
      code: "weak-key",
      leafKey: [
        "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit",
      ]),
    Row(
      code: "weak-key", file: "middle", middleKey: ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"]),
    Row(code: "weak-signature", leafOptions: ["-sha1"]),
    Row(code: "weak-signature", file: "middle", middleOptions: ["-sha1"]),
    Row(
      code: "not-for-servers",
      leafExtensions: Authority.server.replacing("serverAuth", with: "clientAuth")),
    Row(
      code: "not-for-servers",
      leafExtensions: Authority.server.replacing(
        "critical,digitalSignature", with: "critical,cRLSign")),
    Row(
      code: "not-for-servers", file: "middle",
      middleExtensions: Authority.ca + "\nextendedKeyUsage=clientAuth"),
    Row(
      code: "not-a-ca", file: "middle",
      middleExtensions: Authority.server),
    Row(
      code: "not-a-ca", file: "middle",
      middleExtensions: Authority.ca.replacing("keyCertSign,", with: "")),
    Row(
      code: "path-length", file: "root",
      rootExtensions: Authority.ca.replacing("CA:TRUE", with: "CA:TRUE,pathlen:0")),
    Row(
      code: "name-constraint",
      middleExtensions: Authority.ca + "\nnameConstraints=critical,excluded;DNS:example"),
    Row(
      code: "name-constraint",
      rootExtensions: Authority.ca
        + "\nnameConstraints=critical,permitted;IP:198.51.100.0/255.255.255.0"
    ),
    Row(
      code: "unknown-critical-extension",
      leafExtensions: Authority.server + "\n1.2.3.4.5=critical,ASN1:NULL"),
    Row(
      code: "unknown-critical-extension", file: "middle",
      middleExtensions: Authority.ca + "\n1.2.3.4.5=critical,ASN1:NULL"),
    Row(
      code: "chain-invalid", file: "middle",
      middleExtensions: Authority.ca.replacing("critical,CA", with: "CA")),
    Row(
      code: "chain-invalid",
      middleExtensions: Authority.ca + "\npolicyConstraints=critical,requireExplicitPolicy:0"),
  ]

  @Test(arguments: rows) func oneSpoiltThingIsOneReason(row: Row) throws {
    let authority = try Authority()
    let root = try authority.make("root", extensions: row.rootExtensions)
    let middle = try authority.make(
      "middle", by: root, extensions: row.middleExtensions, key: row.middleKey,
      options: row.middleOptions)
    let leaf = try authority.make(
      "leaf", by: middle, extensions: row.leafExtensions, key: row.leafKey,
      options: row.leafOptions)
    let one = try Case([leaf, middle], trust: [root])
    let judgement = one.judgement
    #expect(one.refusals == [row.code], "\(judgement.reasons)")
    let reason = try #require(judgement.reasons.first { $0.code == row.code })
    #expect(reason.file == row.file && !judgement.checked.contains(row.code))
  }

  @Test func aSignatureThatIsWrongIsNamed() throws {
    let authority = try Authority()
    let (root, middle, leaf) = try authority.ordinary()
    var one = try Case([leaf, middle], trust: [root])
    let last = one.material.certificates[0].der.count - 1
    one.material.certificates[0].der[last] ^= 1
    #expect(one.refusals == ["chain-invalid"])
    #expect(one.judgement.reasons.first?.file == "leaf")
  }

  @Test func whatCannotBeReadIsDamaged() throws {
    let authority = try Authority()
    let (root, middle, leaf) = try authority.ordinary()
    var one = try Case([leaf, middle], trust: [root])
    one.material.certificates[1].der.removeLast()
    #expect(one.refusals == ["chain-incomplete", "damaged"])
    #expect(!one.judgement.checked.contains("damaged"))
    one.material.certificates = []
    #expect(one.refusals == ["certificate-missing"])
    one.material.certificates = [.init(der: [], file: "a"), .init(der: [0x30, 0x80], file: "b")]
    #expect(one.refusals == ["damaged"])
    #expect(one.judgement.reasons.map(\.file) == ["a", "b"])
  }

  @Test func tooMuchIsRefusedAndTheRestIsJudged() throws {
    let authority = try Authority()
    let (root, middle, leaf) = try authority.ordinary()
    var one = try Case([leaf, middle], trust: [root])
    let copies = Array(repeating: middle.found, count: CertificateLimits.certificates)
    one.material.certificates += copies
    #expect(one.refusals == ["too-large"])
    one = try Case([leaf, middle], trust: [root])
    let large = [UInt8](repeating: 0x30, count: CertificateLimits.certificateBytes + 1)
    one.material.certificates.append(.init(der: large, file: "large"))
    #expect(one.refusals == ["too-large"])
  }

  @Test func aLongValidityIsARemarkForAPrivateCA() throws {
    let authority = try Authority()
    let root = try authority.make("root", extensions: Authority.ca, days: 4000)
    for (days, remarks) in [(398, ["key-missing"]), (399, ["key-missing", "validity-too-long"])] {
      let leaf = try authority.make("leaf\(days)", by: root, days: days)
      let one = try Case([leaf], trust: [root])
      #expect(one.refusals == [] && one.remarks == remarks)
    }
  }
}
