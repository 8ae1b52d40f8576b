import Certificates
import Testing

/// Which names are accepted, and what is said of the others.
@Suite struct NameTests {
  @Test func usualNamesAreAccepted() {
    let longest = String(repeating: String(repeating: "a", count: 61) + ".", count: 4) + "abcde"
    #expect(longest.utf8.count == 253)
    let label = String(repeating: "b", count: 63)
    #expect(refusal("localhost", "a", "a-1.example", "a_b", "\(label).example", longest) == nil)
  }

  @Test(arguments: [
    "", ".", "a..b", "a.example.", ".a", "-a", "a-", "a b", "a,DNS:b", "a\nb", "a/b", "a:443",
    "[::1]", "fe80::1%eth0", "192.0.2.0/24", "256.1.1.1", "1.2.3", "*", "*.com", "a.*.example",
    "f*.example.com", "a\u{0}b", "@section", "$HOME",
  ])
  func whatIsNoNameIsRefused(name: String) {
    #expect(refusal("good.example", name) == "name-invalid")
  }

  @Test func tooLongNamesAndLabelsAreRefused() {
    #expect(refusal(String(repeating: "a", count: 64)) == "name-invalid")
    #expect(refusal(String(repeating: "a.", count: 126) + "ab") == "name-invalid")
  }

  @Test func noNamesAndTooManyAreRefused() {
    #expect(throws: CertificateError(code: "names-missing", reason: "", call: "")) {
      try issue([])
    }
    #expect(throws: CertificateError(code: "names-too-many", reason: "", call: "")) {
      try issue((1...101).map { "host\($0).example" })
    }
  }

  @Test(arguments: [
    ("bücher.example", "xn--bcher-kva.example"), ("MÜNCHEN.de", "xn--mnchen-3ya.de"),
    ("例え.テスト", "xn--r8jz45g.xn--zckzah"), ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
    ("*.straße.example", "*.xn--strae-oqa.example"),
  ])
  func aNameThatIsNotASCIIIsRefusedWithItsALabel(name: String, ascii: String) throws {
    let error = try #require(throws: CertificateError.self) { try issue([name]) }
    #expect(error.code == "name-not-ascii")
    #expect(error.reason.contains("\"\(ascii)\""))
  }

  @Test func whereNoALabelIsSureNoneIsSuggested() throws {
    let error = try #require(throws: CertificateError.self) { try issue(["e\u{301}.example"]) }
    #expect(error.code == "name-not-ascii")
    #expect(!error.reason.contains("xn--"))
  }

  @Test func anErrorIsOneLineHoweverTheNameLooks() throws {
    let error = try #require(throws: CertificateError.self) { try issue(["a\r\n\u{1b}[31mb"]) }
    #expect(error.description.utf8.allSatisfy { $0 >= 0x20 })
  }
}
