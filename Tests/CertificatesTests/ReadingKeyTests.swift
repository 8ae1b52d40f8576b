import Certificates
import Testing

/// Keys in forms that few programs write, and that servers take nevertheless.
@Suite struct ReadingKeyTests {
  @Test func aKeyOfTheSecondVersionIsReadWithoutItsPublicHalf() throws {
    let handed = try Handed()
    try handed.shell(
      """
      openssl genpkey -quiet -algorithm ED25519 -out ed.pem
      openssl pkcs8 -topk8 -nocrypt -in ed.pem -outform DER -out ed.der
      openssl pkey -in ed.pem -pubout -outform DER -out pub.der
      """)
    let first = try handed.bytes("ed.der")
    let half = try handed.bytes("pub.der").suffix(32)
    // RFC 5958 §2: version 1, and the public half as [1]; in between, attributes as [0].
    let attribute: [UInt8] = [
      0xa0, 0x11, 0x30, 0x0f, 0x06, 0x03, 0x55, 0x04, 0x03, 0x31, 0x08, 0x0c, 0x06,
    ]
    for extra in [[], attribute + "a name".utf8] {
      let body = Array(first[5...]) + extra + [0x81, 0x21, 0] + half
      let second: [UInt8] = [0x30, UInt8(body.count + 3), 2, 1, 1] + body
      let result = read(second)
      #expect(result.keys == [first], "\(result.reasons)")
    }
  }

  @Test func aKeyOfThreePrimesIsReadInBothForms() throws {
    let handed = try Handed()
    try handed.shell(
      """
      openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_primes:3 -out new.pem
      openssl rsa -in new.pem -traditional -out old.pem
      openssl rsa -in new.pem -traditional -outform DER -out old.der
      """)
    let key = try handed.pkcs8("new.pem")
    for name in ["new.pem", "old.pem", "old.der"] {
      #expect(try handed.read(name).keys == [key], "\(name)")
    }
  }

  @Test func aPointMayBeWrittenInAnotherWayThanTheRequestDid() throws {
    let handed = try Handed()
    try handed.shell(
      """
      openssl pkey -in key.pem -ec_conv_form compressed -out short.pem
      openssl req -x509 -key short.pem -days 30 -subj /CN=short -out cert.pem
      openssl x509 -in cert.pem -outform DER -out cert.der
      openssl x509 -in cert.pem -noout -pubkey | openssl pkey -pubin -outform DER -out pub.der
      """)
    let der = try handed.bytes("cert.der")
    let compressed = try handed.bytes("pub.der")
    let key = try #require(try handed.read("key.pem").material.keys.first)
    #expect(der.firstRange(of: compressed) != nil && compressed.count < key.publicKey.count)
    #expect(KeyPairing.publicKey(ofCertificate: der) == key.publicKey)
  }
}
