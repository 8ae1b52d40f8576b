import Planner
import Testing

@testable import Coordinator

@Suite struct ChannelExpectationTests {
  let sha256 = String(repeating: "a", count: 64)

  func places(_ channels: [ChannelTarget]) -> [String] {
    ChannelExpectation.all(of: generation(1, channels)).map { expectation in
      let answer =
        switch expectation.answer {
        case .certificate(let sha256): "tls \(sha256.prefix(1))"
        case .plain(let port): "plain \(port)"
        case .redirect(let port): "redirect \(port)"
        }
      return "\(expectation.place) \(answer)"
    }
  }

  @Test func beforeEnforcementBothPortsAreAsked() {
    #expect(
      places([console(.http)]) == [
        "console on 127.0.0.1:8383 tls a", "console on 127.0.0.1:8020 plain 8383",
      ])
  }

  @Test func afterwardsTheOldPortRedirectsOrIsNotAsked() {
    #expect(
      places([console(.https)]) == [
        "console on 127.0.0.1:8383 tls a", "console on 127.0.0.1:8020 redirect 8383",
      ])
    #expect(places([console(.https, after: .closed)]) == ["console on 127.0.0.1:8383 tls a"])
  }

  @Test func aPortThatChannelsShareIsAskedOnce() {
    #expect(
      places([console(.https, after: .closed), agents(8383), agents(8443)]) == [
        "console on 127.0.0.1:8383 tls a", "agents on 127.0.0.1:8443 tls a",
      ])
  }

  @Test func wildcardsAreAskedOnLoopback() {
    #expect(
      places([agents(8443, bind: ["0.0.0.0", "::", "192.0.2.1", "127.0.0.1"])]) == [
        "agents on 127.0.0.1:8443 tls a", "agents on [::1]:8443 tls a",
        "agents on 192.0.2.1:8443 tls a",
      ])
  }
}
