import Certificates
import Testing

/// What a new certificate says, as the `openssl` command reads it.
@Suite struct SelfSignedTests {
  @Test func ecdsaP256IsSignedWithSHA256() throws {
    let text = try issue().shown("-text")
    #expect(text.contains("Version: 3 (0x2)"))
    #expect(text.contains("Signature Algorithm: ecdsa-with-SHA256"))
    #expect(text.contains("NIST CURVE: P-256"))
  }

  @Test func ecdsaP384IsSignedWithSHA384() throws {
    let issued = try issue(key: .ecdsaP384)
    let text = try issued.shown("-text")
    #expect(text.contains("Signature Algorithm: ecdsa-with-SHA384"))
    #expect(text.contains("NIST CURVE: P-384"))
    #expect(issued.details.keyDescription == "ECDSA P-384")
  }

  @Test func rsaHas3072BitsAndSHA256() throws {
    let issued = try issue(key: .rsa3072)
    let text = try issued.shown("-text")
    #expect(text.contains("Signature Algorithm: sha256WithRSAEncryption"))
    #expect(text.contains("(3072 bit)"))
    #expect(issued.details.keyDescription == "RSA 3072 bits")
  }

  @Test func itIsAServerAndNoAuthority() throws {
    let text = try issue().shown("-ext", "basicConstraints,keyUsage,extendedKeyUsage")
    #expect(
      text == """
        X509v3 Basic Constraints: critical
            CA:FALSE
        X509v3 Key Usage: critical
            Digital Signature
        X509v3 Extended Key Usage: 
            TLS Web Server Authentication

        """)
  }

  @Test func bothKeyIdentifiersAreThereAndEqual() throws {
    let issued = try issue()
    let subject = try issued.shown("-ext", "subjectKeyIdentifier").split(separator: "\n")
    let authority = try issued.shown("-ext", "authorityKeyIdentifier").split(separator: "\n")
    #expect(subject.count == 2 && subject.last?.contains(":") == true)
    #expect(subject.last == authority.last)
  }

  @Test func namesAndAddressesAreAlternativeNamesInTheirOrder() throws {
    let issued = try issue([
      "ec.example.com", "*.example.com", "my_host", "192.0.2.7", "2001:db8:0:0::1", "::1",
    ])
    #expect(
      issued.details.names == [
        "ec.example.com", "*.example.com", "my_host", "192.0.2.7", "2001:db8::1", "::1",
      ])
    let text = try issued.shown("-ext", "subjectAltName")
    #expect(text.hasPrefix("X509v3 Subject Alternative Name: \n"))
    #expect(text.contains("DNS:*.example.com, DNS:my_host, IP Address:192.0.2.7"))
    #expect(text.contains("IP Address:2001:DB8:0:0:0:0:0:1"))
  }

  @Test func doublesAreDropped() throws {
    let names = try issue(["a.example", "::1", "a.example", "0:0::1"]).details.names
    #expect(names == ["a.example", "::1"])
  }

  @Test func theFirstNameIsTheCommonName() throws {
    let details = try issue(["first.example", "second.example"]).details
    #expect(details.subject == "CN=first.example")
    #expect(details.issuer == details.subject)
    #expect(details.isSelfSigned)
  }

  @Test func aNameTooLongForACommonNameLeavesTheOrganization() throws {
    let label = String(repeating: "a", count: 60)
    #expect(try issue(["\(label).xyz"]).details.subject == "CN=\(label).xyz")
    let issued = try issue(["\(label).xyzw"])
    #expect(issued.details.subject == "O=supervisord-ec")
    #expect(issued.details.names == ["\(label).xyzw"])
  }

  @Test func serialNumbersAre128BitsPositiveAndNeverTheSame() throws {
    let serials = try (0..<40).map { _ in try issue().shown("-serial") }
    #expect(Set(serials).count == serials.count)
    for serial in serials {
      // 32 hexadecimal digits without a sign; 16 or, with the leading zero, 17 octets.
      #expect(serial.hasPrefix("serial=") && serial.filter(\.isHexDigit).count == 32 + 2)
      #expect(!serial.contains("-"))
    }
  }

  @Test func itStartsADayBackAndEndsAfterExactlyTheLifetime() throws {
    let issued = try issue(lifetime: 29 * 86_400 + 1)
    #expect(issued.details.notBefore == june2026 - 86_400)
    #expect(issued.details.notAfter == june2026 + 29 * 86_400 + 1)
    let dates = try issued.shown("-dates")
    #expect(dates == "notBefore=May 31 00:00:00 2026 GMT\nnotAfter=Jun 30 00:00:01 2026 GMT\n")
  }

  @Test func datesFrom2050OnAreGeneralizedTime() throws {
    let folder = try Folder()
    let newYear2050 = 2_524_608_000
    for (end, kind) in [(newYear2050 - 1, "UTCTIME"), (newYear2050, "GENERALIZEDTIME")] {
      let issued = try issue(lifetime: end - june2026)
      #expect(issued.details.notAfter == end)
      let file = try folder.write(issued.certificatePEM, "certificate.pem")
      let text = try Tool("openssl", "asn1parse", "-in", file).output
      let times = text.split(separator: "\n").filter { $0.contains("TIME") }
      #expect(times.count == 2 && times.last?.contains(kind) == true)
    }
  }

  @Test func aLifetimeThatEndsNowhereIsRefused() {
    let beyond9999 = 253_402_300_800 - june2026
    for lifetime in [0, -1, Int.max, beyond9999] {
      #expect(throws: CertificateError(code: "dates-invalid", reason: "", call: "")) {
        try issue(lifetime: lifetime)
      }
    }
  }

  @Test func theKeyIsUnencryptedPKCS8AndBelongsToTheCertificate() throws {
    for algorithm in KeyAlgorithm.allCases {
      let issued = try issue(key: algorithm)
      let text = String(decoding: issued.privateKeyPEM, as: UTF8.self)
      #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
      #expect(
        try matches(certificatePEM: issued.certificatePEM, privateKeyPEM: issued.privateKeyPEM))
    }
  }

  @Test func eachCertificateHasAKeyOfItsOwn() throws {
    let (one, other) = (try issue(), try issue())
    #expect(
      try !matches(certificatePEM: one.certificatePEM, privateKeyPEM: other.privateKeyPEM))
  }

  @Test func wipedBytesAreGone() throws {
    var key = try issue().privateKeyPEM
    wipe(&key)
    #expect(key.isEmpty)
  }
}
