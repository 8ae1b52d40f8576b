import FoundationEssentials
import Glibc
import Testing

@testable import Certificates

/// Cases of the public suite x509-limbo (see limbo/NOTICE).
struct Limbo: Decodable {
  struct Name: Decodable {
    var value: String
  }

  struct Case: Decodable, CustomTestStringConvertible {
    var id: String
    var trusted_certs: [String]
    var untrusted_intermediates: [String]
    var peer_certificate: String
    var validation_time: String?
    var expected_peer_name: Name?
    var expected_result: String
    var testDescription: String { id }
  }

  var testcases: [Case]

  static func read() throws -> [Case] {
    let folder = #filePath.prefix(#filePath.utf8.count - "LimboTests.swift".utf8.count)
    let bytes = try #require(SmallFile.read("\(folder)limbo/x509-limbo.json", limit: 1 << 24))
    return try JSONDecoder().decode(Limbo.self, from: Data(bytes)).testcases
  }
}

extension CertificateMaterial.Found {
  /// The one certificate of a PEM text.
  init(pem: String, file: String) throws {
    self.init(der: try #require(SmallFile.certificate(Array(pem.utf8))), file: file)
  }
}

@Suite struct LimboTests {
  private func judge(_ one: Limbo.Case) throws -> Judgement {
    let now = try one.validation_time.map { text in
      // To the second: what follows is a fraction or the zone, always UTC.
      try #require(seconds(String(text.prefix(19))))
    }
    var material = CertificateMaterial()
    material.certificates = try ([one.peer_certificate] + one.untrusted_intermediates)
      .map { try .init(pem: $0, file: "chain") }
    var question = Question(now: try now ?? present())
    question.names = one.expected_peer_name.map { [$0.value] } ?? []
    question.trusted = try one.trusted_certs.map { try .init(pem: $0, file: "trust") }
    return Judgement.of(material, question)
  }

  /// Seconds since 1970 of `2024-03-01T00:00:00`, UTC.
  private func seconds(_ text: String) -> Int? {
    let parts = text.split { !$0.isNumber }.compactMap { Int32($0) }
    guard parts.count == 6 else { return nil }
    var fields = unsafe tm()
    unsafe fields.tm_year = parts[0] - 1900
    unsafe fields.tm_mon = parts[1] - 1
    unsafe fields.tm_mday = parts[2]
    unsafe (fields.tm_hour, fields.tm_min, fields.tm_sec) = (parts[3], parts[4], parts[5])
    return unsafe timegm(&fields)
  }

  @Test func eachCaseIsJudgedAsExpected() throws {
    let cases = try Limbo.read()
    #expect(cases.count == 51)
    for one in cases {
      let judgement = try judge(one)
      let reasons = judgement.reasons.map { "\($0.code) \($0.weight): \($0.text)" }
      #expect(
        judgement.isAccepted == (one.expected_result == "SUCCESS"),
        "\(one.id) \(reasons)")
      if verbose { print(one.id, one.expected_result, reasons) }
    }
  }

  private var verbose: Bool { unsafe getenv("LIMBO_VERBOSE") != nil }
}
