import Certificates
import Testing

/// Reading what others wrote.
@Suite struct InspectTests {
  private func refusal(_ pem: [UInt8]) -> String? {
    do throws(CertificateError) {
      _ = try inspect(pem: pem)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func aCertificateReadsAsItWasMade() throws {
    let issued = try issue(["a.example", "2001:db8::7"])
    #expect(try inspect(pem: issued.certificatePEM) == issued.details)
  }

  @Test func theFingerprintIsThatOfTheDERForm() throws {
    let issued = try issue()
    let shown = try issued.shown("-fingerprint", "-sha256")
    let digits = shown.drop { $0 != "=" }.filter(\.isHexDigit).lowercased()
    #expect(digits == issued.details.sha256)
    #expect(issued.details.sha256.count == 64)
  }

  @Test func theFirstCertificateOfAChainCountsAndOtherBlocksAreSkipped() throws {
    let (one, other) = (try issue(), try issue())
    let text = Array("a comment\n".utf8) + one.privateKeyPEM + one.certificatePEM
    #expect(try inspect(pem: text + other.certificatePEM).sha256 == one.details.sha256)
  }

  @Test func whatIsNoCertificateIsDamaged() throws {
    let issued = try issue()
    #expect(refusal([]) == "damaged")
    #expect(refusal(Array("garbage\n".utf8)) == "damaged")
    #expect(refusal([0, 255, 10, 0]) == "damaged")
    #expect(refusal(issued.privateKeyPEM) == "damaged")
    #expect(
      refusal(Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8))
        == "damaged")
  }

  @Test func aTruncatedCertificateIsDamagedWhereverItEnds() throws {
    let pem = try issue().certificatePEM
    for length in stride(from: 0, to: pem.count - 2, by: 7) {
      #expect(refusal(Array(pem.prefix(length))) == "damaged")
    }
  }

  @Test func aMegabyteOfJunkIsDamagedAndMoreIsTooLarge() {
    #expect(refusal([UInt8](repeating: 0x41, count: 1 << 20)) == "damaged")
    #expect(refusal([UInt8](repeating: 0x0a, count: 1 << 20)) == "damaged")
    #expect(refusal([UInt8](repeating: 0x41, count: 1 << 20 + 1)) == "too-large")
  }

  @Test func theLibrarysWordsAreInTheReason() throws {
    let error = try #require(throws: CertificateError.self) { try inspect(pem: [1, 2, 3]) }
    #expect(error.reason.contains("no start line"))
    #expect(error.description.contains("PEM_read_bio_X509"))
  }

  @Test func anErrorDoesNotCarryTheWordsOfTheOneBefore() throws {
    _ = try? inspect(pem: [1, 2, 3])
    let error = try #require(throws: CertificateError.self) { try issue(lifetime: 0) }
    #expect(!error.reason.contains("no start line"))
  }

  @Test func anEncryptedKeyIsRefusedAndNobodyIsAskedForAPassword() throws {
    let folder = try Folder()
    let issued = try issue()
    let key = try folder.write(issued.privateKeyPEM, "key.pem")
    let encrypted = try Tool(
      "openssl", "pkcs8", "-topk8", "-in", key, "-passout", "pass:secret")
    #expect(encrypted.output.contains("ENCRYPTED PRIVATE KEY"))
    let error = try #require(throws: CertificateError.self) {
      try matches(
        certificatePEM: issued.certificatePEM, privateKeyPEM: Array(encrypted.output.utf8))
    }
    #expect(error.code == "key-damaged")
    // A question at the terminal would leave the words of the library's user interface.
    #expect(error.reason.hasPrefix("not an unencrypted PEM private key: "))
    #expect(!error.reason.contains("reading strings"))
  }

  @Test func keysOfAnotherKindDoNotMatch() throws {
    let rsa = try issue(key: .rsa3072)
    #expect(
      try !matches(certificatePEM: issue().certificatePEM, privateKeyPEM: rsa.privateKeyPEM))
  }

  @Test func aCertificateSignedByAnotherKeyIsNotSelfSigned() throws {
    let folder = try Folder()
    let authority = try issue(["authority.example"])
    let certificate = try folder.write(authority.certificatePEM, "ca.pem")
    let key = try folder.write(authority.privateKeyPEM, "ca.key")
    let tool = try Tool(
      "openssl", "req", "-x509", "-CA", certificate, "-CAkey", key, "-newkey", "ec", "-pkeyopt",
      "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(folder.path)/leaf.key", "-subj",
      "/O=Ünseen\u{1b}/CN=leaf.example", "-utf8", "-out", "\(folder.path)/leaf.pem")
    #expect(tool.status == 0, "\(tool.output)")
    let leaf = try Tool("cat", "\(folder.path)/leaf.pem").output
    let details = try inspect(pem: Array(leaf.utf8))
    #expect(!details.isSelfSigned)
    #expect(details.issuer == "CN=authority.example")
    #expect(details.subject == #"CN=leaf.example,O=\C3\9Cnseen\1B"#)
    #expect(details.names == [])
  }
}
