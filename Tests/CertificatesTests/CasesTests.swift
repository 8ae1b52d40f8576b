import FoundationEssentials
import Testing

@testable import Certificates

/// The table of rules in cases/rules.py: RFC 5280, RFC 9525 and the Baseline Requirements, one
/// rule kept or broken in each case.
struct RuleCases: Decodable {
  struct One: Decodable, CustomTestStringConvertible {
    var section: String
    var title: String
    /// Every refusal that is to be said, and no other.
    var codes: [String]
    var names: [String]
    var at: Int
    var given: [Data]
    var trusted: [Data]
    var testDescription: String { "\(section): \(title)" }
  }

  var cases: [One]

  static func read() throws -> [One] {
    let folder = #filePath.prefix(#filePath.utf8.count - "CasesTests.swift".utf8.count)
    let bytes = try #require(SmallFile.read("\(folder)cases/cases.json", limit: 1 << 24))
    return try JSONDecoder().decode(RuleCases.self, from: Data(bytes)).cases
  }
}

@Suite struct CasesTests {
  @Test func eachRuleHasItsAnswer() throws {
    let cases = try RuleCases.read()
    #expect(cases.count > 280)
    for one in cases {
      var material = CertificateMaterial()
      material.certificates = one.given.map { .init(der: Array($0), file: "chain") }
      var question = Question(now: one.at)
      question.names = one.names
      question.trusted = one.trusted.map { .init(der: Array($0), file: "trust") }
      let judgement = Judgement.of(material, question)
      let refusals = judgement.reasons.filter { $0.weight == .refusal }
      #expect(
        Set(refusals.map(\.code)).sorted() == one.codes,
        "\(one.testDescription) \(refusals.map(\.text))")
      // What is refused was not passed.
      #expect(Set(judgement.checked).isDisjoint(with: one.codes), "\(one.testDescription)")
    }
  }
}
