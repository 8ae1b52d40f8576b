import Certificates
import Glibc
import Testing

/// PKCS#7 and PKCS#12 of openssl, old and new, and of GnuTLS.
@Suite struct ReadingContainerTests {
  @Test func pkcs7GivesItsCertificates() throws {
    let handed = try Handed()
    for (form, name) in [("PEM", "chain.p7b"), ("DER", "chain.p7c")] {
      try handed.openssl(
        "crl2pkcs7 -nocrl -certfile leaf.pem -certfile root.pem -outform \(form) -out \(name)")
      let result = try handed.read(name, "key.pem")
      #expect(
        Set(result.certificates) == [try handed.der("leaf"), try handed.der("root")], "\(name)")
      #expect(result.reasons == [], "\(name)")
    }
  }

  @Test func pkcs7WithoutCertificatesIsRefused() throws {
    let handed = try Handed()
    try handed.shell(
      """
      echo hello > message
      openssl cms -sign -in message -signer leaf.pem -inkey key.pem -nocerts -outform DER -out no.p7
      openssl cms -encrypt -in message -aes256 -outform PEM -out sealed.p7 leaf.pem
      """)
    for name in ["no.p7", "sealed.p7"] {
      #expect(try handed.read(name).refusals == ["unsupported-format"], "\(name)")
    }
  }

  @Test func pkcs12OfEveryAgeGivesKeyAndChain() throws {
    let handed = try Handed()
    let options = [
      "", "-legacy", "-keypbe AES-128-CBC -certpbe NONE", "-macalg sha512 -iter 10000",
      "-legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC2-128", "-nomac",
      "-keypbe NONE -certpbe NONE", "-legacy -keypbe PBE-MD5-DES -certpbe PBE-SHA1-3DES",
    ]
    for option in options {
      try handed.openssl(
        "pkcs12 -export -in leaf.pem -inkey key.pem -certfile root.pem \(option)"
          + " -passout pass:secret -out store.p12")
      let result = try handed.read("store.p12", password: "secret")
      #expect(
        Set(result.certificates) == [try handed.der("leaf"), try handed.der("root")], "\(option)")
      #expect(result.keys == [try handed.pkcs8()], "\(option)")
      #expect(result.reasons == [], "\(option)")
      if option.contains("NONE -certpbe NONE") { continue }
      let wrong = try handed.read("store.p12", password: "secrets")
      #expect(wrong.refusals.first == "wrong-password", "\(option)")
      #expect(wrong.keys == [], "\(option)")
      #expect(try handed.read("store.p12").refusals.first == "password-needed", "\(option)")
    }
  }

  @Test func gnutlsStoresAreRead() throws {
    let handed = try Handed()
    guard try Tool("sh", "-c", "command -v certtool").status == 0 else { return }
    for (option, password) in [("--password secret", "secret"), ("--null-password", nil)] {
      for cipher in ["aes-256", "3des-pkcs12"] {
        try handed.shell(
          "certtool --to-p12 --load-certificate leaf.pem --load-privkey key.pem --p12-name x"
            + " --pkcs-cipher \(cipher) --outder --outfile store.p12 \(option)")
        let result = try handed.read("store.p12", password: password)
        #expect(result.certificates == [try handed.der("leaf")], "\(option) \(cipher)")
        #expect(result.keys.count == 1, "\(option) \(cipher)")
      }
    }
  }

  @Test func anEmptyPasswordAndNoneAreBothTried() throws {
    let handed = try Handed()
    for option in ["", "-legacy"] {
      try handed.openssl(
        "pkcs12 -export -in leaf.pem -inkey key.pem \(option) -passout pass: -out store.p12")
      for password in [nil, ""] {
        let result = try handed.read("store.p12", password: password)
        #expect(result.keys == [try handed.pkcs8()], "\(option)")
        #expect(result.reasons == [], "\(option)")
      }
      #expect(try handed.read("store.p12", password: "x").refusals == ["wrong-password"])
    }
  }

  @Test func passwordsWithOtherLettersOpenWhatEachProgramMade() throws {
    let handed = try Handed()
    let password = "Schlüssel€😀"
    for option in ["", "-legacy"] {
      try handed.openssl(
        "pkcs12 -export -in leaf.pem -inkey key.pem \(option) -passout 'pass:\(password)'"
          + " -out store.p12")
      #expect(try handed.read("store.p12", password: password).keys.count == 1, "\(option)")
      // As a program that takes each octet for a letter would have written it.
      try handed.shell(
        "pw=$(printf 'pass:Schl\\303\\203\\302\\274ssel'); openssl pkcs12 -export -in leaf.pem"
          + " -inkey key.pem \(option) -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES"
          + " -passout \"$pw\" -out old.p12")
      #expect(try handed.read("old.p12", password: "Schlüssel").keys.count == 1, "\(option)")
    }
    // A terminal in Latin-1.
    try handed.shell(
      "pw=$(printf 'pass:Schl\\374ssel'); openssl pkcs8 -topk8 -in key.pem -passout \"$pw\""
        + " -out latin.pem")
    #expect(try handed.read("latin.pem", password: "Schlüssel").keys.count == 1)
  }

  @Test func aStoreWithoutAKeySaysSo() throws {
    let handed = try Handed()
    try handed.openssl("pkcs12 -export -in leaf.pem -nokeys -passout pass:secret -out store.p12")
    let result = try handed.read("store.p12", password: "secret")
    #expect(result.remarks == ["key-missing"])
    #expect(result.refusals == [])
    #expect(result.certificates == [try handed.der("leaf")])
  }

  @Test func aStoreThatWasChangedIsRefused() throws {
    let handed = try Handed()
    try handed.openssl(
      "pkcs12 -export -in leaf.pem -inkey key.pem -keypbe NONE -certpbe NONE"
        + " -passout pass:secret -out store.p12")
    var bytes = try handed.bytes("store.p12")
    bytes[bytes.count / 2] ^= 1
    let result = read(bytes, password: "secret")
    #expect(result.refusals == ["wrong-password"])
    #expect(result.certificates == [] && result.keys == [])
    #expect(read(bytes.dropLast(9), password: "secret").refusals == ["damaged"])
  }

  @Test func aHostileNumberOfRoundsIsRefusedBeforeItIsSpent() throws {
    let handed = try Handed()
    try handed.shell(
      """
      openssl pkcs12 -export -in leaf.pem -inkey key.pem -iter 65537 -nomac -passout pass:secret -out a.p12
      openssl pkcs8 -topk8 -in key.pem -iter 65537 -passout pass:secret -outform DER -out b.der
      """)
    for name in ["a.p12", "b.der"] {
      var bytes = try handed.bytes(name)
      #expect(read(bytes, password: "secret").keys.count == 1, "\(name)")
      let small: [UInt8] = [2, 3, 1, 0, 1]
      var places = 0
      for start in bytes.indices.dropLast(5) where Array(bytes[start..<start + 5]) == small {
        bytes[start + 2] = 0x7f
        places += 1
      }
      #expect(places > 0)
      let result = read(bytes, password: "secret")
      #expect(result.refusals == ["too-large"], "\(name): \(result.reasons)")
      #expect(result.reasons.first?.found?.contains("rounds") == true)
    }
    try handed.openssl(
      "pkcs8 -topk8 -in key.pem -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 32"
        + " -passout pass:secret -out c.pem")
    #expect(try handed.read("c.pem", password: "secret").refusals == ["too-large"])
  }
}
