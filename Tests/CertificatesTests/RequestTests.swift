import Certificates
import Testing

/// Certificate requests, as the `openssl` command reads them.
@Suite struct RequestTests {
  @Test func openSSLVerifiesARequestOfEachKind() throws {
    for algorithm in KeyAlgorithm.allCases {
      let folder = try Folder()
      let made = try CertificateRequest.make(names: ["ec.example.com", "::1"], key: algorithm)
      let file = try folder.write(made.requestPEM, "request.pem")
      let tool = try Tool("openssl", "req", "-in", file, "-noout", "-verify", "-text")
      #expect(tool.status == 0)
      #expect(tool.output.contains("verify OK"))
      #expect(tool.output.contains("Subject: CN = ec.example.com"))
      #expect(tool.output.contains("DNS:ec.example.com, IP Address:0:0:0:0:0:0:0:1"))
    }
  }

  @Test func theAnswerOfACAIsPairedByItsPublicKey() throws {
    let handed = try Handed()
    let made = try CertificateRequest.make(names: ["ec.example.com"], key: .ecdsaP256)
    _ = try handed.folder.write(made.requestPEM, "request.pem")
    try handed.openssl(
      "x509 -req -in request.pem -CA root.pem -CAkey root.key -CAcreateserial -days 9 -out a.pem")
    #expect(KeyPairing.publicKey(ofCertificate: try handed.der("a")) == made.publicKey)
    #expect(try CertificateRequest.publicKey(ofRequest: made.requestPEM) == made.publicKey)
    let key = CertificateMaterial.read(
      [MaterialInput(bytes: made.privateKeyPEM, file: "key")], password: nil)
    #expect(key.material.keys.first?.publicKey == made.publicKey)
  }

  @Test func aNameTooLongForACommonNameLeavesTheSubjectEmpty() throws {
    let folder = try Folder()
    let name = String(repeating: "a", count: 60) + ".example.com"
    let made = try CertificateRequest.make(names: [name], key: .ecdsaP256)
    let file = try folder.write(made.requestPEM, "request.pem")
    let text = try Tool("openssl", "req", "-in", file, "-noout", "-text").output
    #expect(text.contains("Subject: \n") && text.contains("DNS:\(name)"))
    #expect(text.contains("X509v3 Subject Alternative Name: critical"))
  }

  @Test func namesAreCheckedAsForACertificate() {
    #expect(throws: CertificateError(code: "names-missing", reason: "", call: "")) {
      try CertificateRequest.make(names: [], key: .ecdsaP256)
    }
    #expect(throws: CertificateError(code: "name-invalid", reason: "", call: "")) {
      try CertificateRequest.make(names: ["a b"], key: .ecdsaP256)
    }
  }

  @Test func aRequestThatWasChangedIsDamaged() throws {
    let made = try CertificateRequest.make(names: ["ec.example.com"], key: .ecdsaP256)
    let other = try CertificateRequest.make(names: ["ec.example.org"], key: .ecdsaP256)
    #expect(throws: CertificateError(code: "damaged", reason: "", call: "")) {
      try CertificateRequest.publicKey(ofRequest: made.privateKeyPEM)
    }
    #expect(made.publicKey != other.publicKey)
    var text = String(decoding: made.requestPEM, as: UTF8.self).split(separator: "\n")
    let last = text.count - 2
    text[last] = (text[last].first == "A" ? "B" : "A") + text[last].dropFirst()
    let changed = text.joined(separator: "\n") + "\n"
    #expect(throws: CertificateError(code: "damaged", reason: "", call: "")) {
      try CertificateRequest.publicKey(ofRequest: Array(changed.utf8))
    }
  }
}
