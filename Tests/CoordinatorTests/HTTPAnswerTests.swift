import Testing

@testable import Coordinator

@Suite struct HTTPAnswerTests {
  /// The verdict on a complete answer: nil is good.
  func verdict(_ text: String, _ expected: ChannelExpectation.Answer) throws -> String? {
    try #require(HTTPAnswer.judge(Array(text.utf8), expected))
  }

  func answer(_ status: String, _ header: String...) -> String {
    (["HTTP/1.1 \(status)"] + header + ["", ""]).joined(separator: "\r\n")
  }

  @Test(arguments: [
    "https://ec.example.com:8383/", "https://ec.example.com:8383", "https://192.0.2.1:8383/a?b",
    "https://[::1]:8383/", "https://[2001:db8::1]:8383",
  ])
  func aRedirectToTheExpectedPortIsGood(location: String) throws {
    let text = answer("308 Permanent Redirect", "Server: x", "Location: \(location)")
    #expect(try verdict(text, .redirect(httpsPort: 8383)) == nil)
  }

  @Test(arguments: [
    "https://ec.example.com/", "https://ec.example.com", "https://[::1]/", "https://[::1]:443/x",
    "https://192.0.2.1", "https://ec.example.com:443/",
  ])
  func port443MayBeLeftOut(location: String) throws {
    let text = answer("308 x", "location:\(location)")
    #expect(try verdict(text, .redirect(httpsPort: 443)) == nil)
  }

  @Test(arguments: [
    "http://ec.example.com:8383/", "https://ec.example.com:8384/", "https://ec.example.com/",
    "https://ec.example.com:18383/", "https://[fe80::8383]/", "/elsewhere", "",
  ])
  func aRedirectElsewhereIsNamed(location: String) throws {
    let text = answer("308 x", "Location: \(location)")
    #expect(try verdict(text, .redirect(httpsPort: 8383)) == "it redirects to \(location)")
  }

  @Test func aRedirectWithoutALocationLeadsNowhere() throws {
    #expect(
      try verdict(answer("308 x"), .redirect(httpsPort: 8383)) == "it redirects to nowhere")
  }

  @Test func anotherPortThan443IsNotGoodFor443() throws {
    let text = answer("308 x", "Location: https://[::1]:8383/")
    #expect(try verdict(text, .redirect(httpsPort: 443)) != nil)
  }

  @Test(arguments: [200, 301, 302, 307, 403, 500])
  func anotherStatusIsNoRedirect(status: Int) throws {
    let text = answer("\(status) x", "Location: https://ec.example.com:8383/")
    #expect(
      try verdict(text, .redirect(httpsPort: 8383))
        == "it answers status \(status), not 308 to HTTPS")
  }

  @Test(arguments: ["200 OK", "302 Found", "401 Unauthorized", "404 x", "500 x", "503", "308 x"])
  func anyAnswerButOurOwnRedirectIsPlainHTTP(status: String) throws {
    let text = answer(status, "Location: https://login.example.com/")
    #expect(try verdict(text, .plain(httpsPort: 8383)) == nil)
  }

  @Test func ourOwnRedirectIsNotPlainHTTP() throws {
    let text = answer("308 Permanent Redirect", "Location: https://ec.example.com:8383/")
    #expect(try verdict(text, .plain(httpsPort: 8383)) == "it still redirects to HTTPS")
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH_9.2\r\n\r\n", "\u{15}\u{3}\u{1}\r\n\r\n", "\r\n\r\n", "HTTP/1.1\r\n\r\n",
    "HTTP/1.1 two hundred\r\n\r\n", "HTTP/2 200\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
  ])
  func garbageIsNotHTTP(text: String) throws {
    #expect(try verdict(text, .plain(httpsPort: 8383)) == "it does not answer HTTP")
    #expect(try verdict(text, .redirect(httpsPort: 8383)) == "it does not answer HTTP")
  }

  @Test func bytesThatAreNotUTF8AreNotHTTP() throws {
    let bytes = [0xFF, 0xFE, 0x00] + Array("\r\n\r\n".utf8)
    #expect(HTTPAnswer.judge(bytes, .plain(httpsPort: 1)) == .some("it does not answer HTTP"))
  }

  @Test func aHeaderThatIsNotCompleteNeedsMore() throws {
    let whole = Array(answer("200 OK", "Server: x").utf8)
    for count in 0..<whole.count {
      #expect(HTTPAnswer.judge(Array(whole[..<count]), .plain(httpsPort: 1)) == nil)
    }
    #expect(HTTPAnswer.judge(whole, .plain(httpsPort: 1)) == .some(nil))
  }

  @Test func aHeaderWithoutEndIsJudgedInTheEnd() throws {
    let endless = Array(repeating: UInt8(ascii: "x"), count: 8_192)
    #expect(HTTPAnswer.judge(endless, .plain(httpsPort: 1)) == .some("it does not answer HTTP"))
  }

  @Test func theRequestIsOneHead() {
    let text = String(decoding: HTTPAnswer.request(host: "[::1]:8020"), as: UTF8.self)
    #expect(text.hasPrefix("HEAD / HTTP/1.1\r\nHost: [::1]:8020\r\n"))
    #expect(text.hasSuffix("\r\n\r\n"))
  }
}
