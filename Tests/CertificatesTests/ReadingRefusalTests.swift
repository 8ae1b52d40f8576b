import Certificates
import Testing

/// What is given by mistake is named, and what is too much is refused.
@Suite struct ReadingRefusalTests {
  /// The one refusal of an input.
  private func refusal(_ result: ReadingResult) throws -> Reason {
    try #require(result.refusals == ["unsupported-format"], "\(result.reasons)")
    return try #require(result.reasons.first)
  }

  @Test func filesGivenByMistakeAreNamed() throws {
    let handed = try Handed()
    try handed.shell(
      """
      openssl req -new -key key.pem -subj /CN=x -out request.pem
      openssl req -in request.pem -outform DER -out request.der
      openssl pkey -in key.pem -pubout -out public.pem
      openssl pkey -in key.pem -pubout -outform DER -out public.der
      touch index.txt; echo 01 > number
      printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index.txt\\ncrlnumber=number\\n' > ca.cnf
      openssl ca -config ca.cnf -gencrl -md sha256 -crldays 9 -cert root.pem -keyfile root.key \
        -out crl.pem
      openssl crl -in crl.pem -outform DER -out crl.der
      """)
    let names = [
      "request.pem": "CSR", "request.der": "CSR", "public.pem": "public key",
      "public.der": "public key", "crl.pem": "CRL", "crl.der": "CRL",
    ]
    for (name, word) in names {
      let reason = try refusal(try handed.read(name))
      #expect(reason.found?.contains(word) == true, "\(name): \(reason)")
      #expect(reason.file == name && reason.text.contains(word), "\(name)")
    }
  }

  @Test func formatsOfOthersAreNamedByTheirFirstBytes() throws {
    let inputs: [([UInt8], String)] = [
      ([0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], "JKS"), ([0xce, 0xce, 0xce, 0xce, 0, 0], "JCEKS"),
      ([0, 0, 0, 2, 0, 0, 0, 20, 1], "BKS"), (Array("PK\u{3}\u{4}..".utf8), "ZIP"),
      (Array(" \n<!DOCTYPE html><html>".utf8), "web page"), (Array("ssh-rsa AAAA".utf8), "SSH"),
      (
        Array("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----".utf8),
        "SSH"
      ),
      (
        Array(
          "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nx\n=Ab\n-----END PGP PUBLIC KEY BLOCK-----"
            .utf8), "PGP"
      ),
      (Array("{\"kty\":\"EC\"}".utf8), "JSON"), (Array("hello".utf8), "text"),
      ([], "empty"), ([1, 2, 3], "no format"), ([0x1e, 0xf1, 0xb5, 0xb0, 0], "PVK"),
    ]
    for (bytes, word) in inputs {
      #expect(try refusal(read(bytes)).found?.contains(word) == true, "\(word)")
    }
  }

  @Test func aJavaStoreNamesTheCommandThatConvertsIt() throws {
    let bytes: [UInt8] = [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2]
    let result = CertificateMaterial.read(
      [MaterialInput(bytes: bytes, file: "/srv/it's.jks")], password: nil)
    #expect(
      result.reasons.first?.text.contains(
        "keytool -importkeystore -srckeystore '/srv/it'\\''s.jks' -srcstoretype JKS -destkeystore"
          + " '/srv/it'\\''s.jks.p12' -deststoretype PKCS12") == true)
  }

  @Test func whatIsNotNeededBesideACertificateIsARemark() throws {
    let handed = try Handed()
    try handed.shell(
      "openssl req -new -key key.pem -subj /CN=x -out request.pem;"
        + " openssl ecparam -name prime256v1 > parameters.pem;"
        + " cat parameters.pem key.pem request.pem leaf.pem > all.pem")
    let result = try handed.read("all.pem")
    #expect(result.refusals == [] && result.remarks == ["ignored"])
    #expect(result.certificates.count == 1 && result.keys.count == 1)
  }

  @Test func keysThatNoServerUsesAreRefusedUnread() throws {
    let handed = try Handed()
    try handed.shell(
      "openssl genpkey -algorithm x25519 -out x.pem;"
        + " openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out p.pem;"
        + " openssl genpkey -paramfile p.pem -out dsa.pem")
    for name in ["x.pem", "dsa.pem"] {
      #expect(try handed.read(name).refusals == ["unsupported-format"], "\(name)")
    }
  }

  @Test func anRSAKeyWithNumbersBeyondItsModulusIsDamaged() {
    // Version, modulus of 128 octets, exponent, then numbers of 4,000 octets.
    func number(_ count: Int) -> [UInt8] {
      [2, 0x82, UInt8(count >> 8), UInt8(count & 255)] + [UInt8](repeating: 0x41, count: count)
    }
    let body: [UInt8] =
      [2, 1, 0] + number(128) + [2, 1, 3] + number(4_000) + number(4_000) + number(64)
      + number(64) + number(64) + number(64)
    let key: [UInt8] = [0x30, 0x82, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    #expect(read(key).refusals == ["damaged"])
    let large: [UInt8] =
      [2, 1, 0] + number(3_000) + [2, 1, 3] + number(64) + number(64) + number(64) + number(64)
      + number(64) + number(64)
    let other: [UInt8] = [0x30, 0x82, UInt8(large.count >> 8), UInt8(large.count & 255)] + large
    #expect(read(other).refusals == ["too-large"])
  }

  @Test func everythingIsBounded() throws {
    let handed = try Handed()
    #expect(read([UInt8](repeating: 0x30, count: (1 << 20) + 1)).refusals == ["too-large"])
    let many = (0..<17).map { MaterialInput(bytes: [UInt8($0)], file: "\($0)") }
    #expect(CertificateMaterial.read(many, password: nil).refusals == ["too-large"])
    let password = [UInt8](repeating: 0x61, count: 1_025)
    #expect(CertificateMaterial.read([], password: password).refusals == ["too-large"])
    let huge: [UInt8] = [0x30, 0x83, 0x01, 0xa0, 0x00] + [UInt8](repeating: 5, count: 0x1a000)
    #expect(read(huge).certificates == [])
    try handed.shell(
      "for i in 1 2 3 4 5 6 7 8 9; do openssl genpkey -algorithm ed25519 >> keys.pem; done")
    let keys = try handed.read("keys.pem")
    #expect(keys.keys.count == 8 && keys.refusals == ["too-large"])
  }

  @Test func deepNestingEndsInARefusal() {
    let deep = [UInt8](repeating: 0x30, count: 2) + [UInt8](repeating: 0x80, count: 4)
    let nested = (0..<500_000).flatMap { _ in [0x30, 0x80] as [UInt8] }
    #expect(!read(nested).refusals.isEmpty)
    #expect(!read(deep).refusals.isEmpty)
    var definite: [UInt8] = [5, 0]
    for _ in 0..<50 { definite = [0x30, UInt8(definite.count)] + definite }
    #expect(read(definite).refusals == ["unsupported-format"])
  }

  @Test func oneInputGivesABoundedNumberOfReasons() {
    let block = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"
    #expect(read(String(repeating: block, count: 900).utf8).reasons.count == 20)
  }

  @Test func wipedKeysAreGone() throws {
    var material = try Handed().read("key.pem").material
    material.wipeKeys()
    #expect(material.keys == [])
  }
}
