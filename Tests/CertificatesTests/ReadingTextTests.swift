import Certificates
import Testing

/// PEM in all the states in which people and programs leave it, and DER.
@Suite struct ReadingTextTests {
  @Test func filesGiveTheirPartsInTheOrderOfTheInputs() throws {
    let handed = try Handed()
    let result = try handed.read("key.pem", "leaf.pem", "root.pem")
    #expect(result.reasons == [])
    #expect(result.certificates == [try handed.der("leaf"), try handed.der("root")])
    #expect(result.material.certificates.map(\.file) == ["leaf.pem", "root.pem"])
    #expect(result.keys == [try handed.pkcs8()])
    #expect(result.material.keys.first?.file == "key.pem")
  }

  @Test func oneFileWithTextAroundGivesAllOfIt() throws {
    let handed = try Handed()
    try handed.shell(
      "(echo 'Dear customer,'; cat root.pem; echo 'subject: x = -----'; cat key.pem leaf.pem;"
        + " echo bye) > all.pem; cat leaf.pem >> all.pem")
    let result = try handed.read("all.pem")
    #expect(result.reasons == [])
    #expect(result.certificates == [try handed.der("root"), try handed.der("leaf")])
    #expect(result.keys.count == 1)
  }

  @Test func whatEditorsAndFormsDoToATextDoesNotMatter() throws {
    let handed = try Handed()
    let leaf = try handed.text("leaf.pem")
    let forms: [[UInt8]] = [
      Array(leaf.replacing("\n", with: "\r\n").utf8),
      Array(leaf.replacing("\n", with: "\r").utf8),
      [0xef, 0xbb, 0xbf] + leaf.utf8,
      Array(leaf.replacing("\n", with: "\n   \t").utf8),
      Array(leaf.replacing("\n", with: " ").utf8),
      Array(leaf.dropLast().utf8),
      [0xff, 0xfe] + leaf.utf8.flatMap { [$0, 0] },
      [0xfe, 0xff] + leaf.utf8.flatMap { [0, $0] },
      leaf.utf8.flatMap { [$0, 0] },
      leaf.utf8.flatMap { [0, $0] },
      Array("{\"certificate\": \"\(leaf.replacing("\n", with: "\\n"))\"}".utf8),
      Array(leaf.replacing("\n", with: "\\r\\n").replacing("/", with: "\\/").utf8),
      Array(leaf.split(separator: "\n").dropFirst().dropLast().joined(separator: "\n").utf8),
    ]
    for (index, form) in forms.enumerated() {
      let result = read(form)
      #expect(result.certificates == [try handed.der("leaf")], "form \(index)")
      #expect(result.reasons == [], "form \(index)")
    }
  }

  @Test func theOtherLabelsOfACertificateAreKnown() throws {
    let handed = try Handed()
    try handed.openssl("x509 -in leaf.pem -trustout -addtrust serverAuth -out trusted.pem")
    try handed.shell("sed 's/CERTIFICATE/X509 CERTIFICATE/' leaf.pem > old.pem")
    #expect(try handed.text("trusted.pem").contains("BEGIN TRUSTED"))
    for name in ["trusted.pem", "old.pem"] {
      #expect(try handed.read(name).certificates == [try handed.der("leaf")], "\(name)")
    }
  }

  @Test func aBlockThatWasNotCopiedWholeNamesTheLine() throws {
    let handed = try Handed()
    let lines = try handed.text("leaf.pem").split(separator: "\n").map(String.init)
    let damages: [([String], String)] = [
      (Array(lines.dropLast()), "line 1"),
      (Array(lines.dropFirst()), "line \(lines.count - 1)"),
      (lines.enumerated().filter { $0.offset != 1 }.map(\.element), "damaged"),
      ([lines[0], "MII*" + lines[1].dropFirst(4)] + lines.dropFirst(2), "line 2"),
      (lines.dropLast() + ["-----END PRIVATE KEY-----"], "line \(lines.count)"),
      (lines.dropLast(2) + [String(lines[lines.count - 2].dropLast(1))] + lines.suffix(1), "line"),
    ]
    for (text, place) in damages {
      let result = read(text.joined(separator: "\n").utf8)
      #expect(result.refusals == ["damaged"], "\(text)")
      #expect(result.reasons.first?.text.contains(place) == true, "\(result.reasons)")
      #expect(result.certificates == [])
    }
  }

  @Test func derGivesACertificateAndEveryFormOfAKey() throws {
    let handed = try Handed()
    try handed.shell(
      """
      openssl ec -in key.pem -outform DER -out ec.der
      openssl genrsa -out rsa.pem 2048
      openssl rsa -in rsa.pem -traditional -outform DER -out rsa.der
      openssl rsa -in rsa.pem -traditional -out rsa.old.pem
      openssl genpkey -algorithm ed25519 -out ed.pem
      openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -out pss.pem
      """)
    let leaf = try handed.der("leaf")
    #expect(read(leaf).certificates == [leaf])
    #expect(read(leaf + [0x0d, 0x0a]).reasons == [])
    let key = try handed.pkcs8()
    #expect(read(key).keys == [key])
    #expect(try handed.read("ec.der").keys == [key])
    let rsa = try handed.pkcs8("rsa.pem")
    for name in ["rsa.der", "rsa.pem", "rsa.old.pem"] {
      #expect(try handed.read(name).keys == [rsa], "\(name)")
    }
    for name in ["ed.pem", "pss.pem"] {
      #expect(try handed.read(name).keys == [try handed.pkcs8(name)], "\(name)")
    }
    #expect(try handed.read("rsa.pem", "rsa.der", "rsa.old.pem").keys.count == 1)
  }

  @Test func derThatIsCutOffOrHasMoreBehindItIsDamaged() throws {
    let leaf = try Handed().der("leaf")
    #expect(read(leaf.dropLast(7)).refusals == ["damaged"])
    #expect(read(leaf + [0x41, 0x42]).refusals == ["damaged"])
    #expect(read(leaf.prefix(4) + [0xff] + leaf.dropFirst(5)).certificates == [])
  }

  @Test func aKeyIsPairedByItsPublicHalf() throws {
    let handed = try Handed()
    let result = try handed.read("leaf.pem", "key.pem")
    let key = try #require(result.material.keys.first)
    #expect(KeyPairing.publicKey(ofCertificate: try handed.der("leaf")) == key.publicKey)
    #expect(KeyPairing.publicKey(ofCertificate: try handed.der("root")) != key.publicKey)
    try handed.shell(
      "openssl pkey -in key.pem -pubout -outform DER | sha256sum | cut -d' ' -f1 > sum")
    #expect(
      KeyPairing.sha256(ofPublicKey: key.publicKey) + "\n" == (try handed.text("sum")))
  }

  @Test func encryptedKeysOpenWithTheirPasswordOnly() throws {
    let handed = try Handed()
    try handed.shell(
      """
      openssl pkcs8 -topk8 -in key.pem -passout pass:secret -out aes.pem
      openssl pkcs8 -topk8 -in key.pem -passout pass:secret -outform DER -out aes.der
      openssl pkcs8 -topk8 -in key.pem -scrypt -passout pass:secret -out scrypt.pem
      openssl pkcs8 -topk8 -in key.pem -v1 PBE-SHA1-3DES -passout pass:secret -out triple.pem
      openssl pkcs8 -topk8 -in key.pem -v1 PBE-MD5-DES -provider legacy -provider default \
        -passout pass:secret -out single.pem
      openssl pkcs8 -topk8 -in key.pem -v2 des-cbc -provider legacy -provider default \
        -passout pass:secret -out descbc.pem
      openssl ec -in key.pem -aes256 -passout pass:secret -out old.pem
      openssl ec -in key.pem -des3 -passout pass:secret -out old3.pem
      openssl ec -in key.pem -des -provider legacy -provider default -passout pass:secret \
        -out old1.pem
      """)
    let key = try handed.pkcs8()
    let names = [
      "aes.pem", "aes.der", "scrypt.pem", "triple.pem", "single.pem", "descbc.pem", "old.pem",
      "old3.pem", "old1.pem",
    ]
    for name in names {
      #expect(try handed.read(name, password: "secret").keys == [key], "\(name)")
      #expect(try handed.read(name, password: "Secret").refusals == ["wrong-password"], "\(name)")
      #expect(try handed.read(name).refusals == ["password-needed"], "\(name)")
    }
  }

  @Test func noReasonShowsAPasswordOrAKey() throws {
    let handed = try Handed()
    try handed.openssl("pkcs8 -topk8 -in key.pem -passout pass:secret -out aes.pem")
    let result = try handed.read("aes.pem", password: "topsecret")
    #expect(!"\(result.reasons)".contains("topsecret"))
  }
}
