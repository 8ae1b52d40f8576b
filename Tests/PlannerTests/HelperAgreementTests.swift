import Testing

@testable import Planner

/// The helper `stage` knows less than the daemon and must make what the daemon waits for.
@Suite struct HelperAgreementTests {
  private static let now: UnixSeconds = 1_780_272_000

  private func listen(_ port: Int) -> ListenTarget {
    let plain = PlainTarget(proto: .http, httpPort: 8020, afterHTTPS: .redirect)
    return ListenTarget(
      profile: "nginx",
      channels: [
        ChannelTarget(
          name: "console", site: "main", httpsPort: port, bind: ChannelSettings.console().bind,
          plain: plain)
      ])
  }

  /// A port change that the server refused a moment ago, and a certificate that ends tomorrow.
  private func observation(_ activity: UnitFacts.Activity) -> Observation {
    var console = ChannelSettings.console()
    console.httpsPort = 9000
    let settings = ServiceSettings(
      name: "console", unit: "nginx.service", profile: "nginx", channels: [console])
    let current = GenerationFacts(
      number: 1, listen: listen(8383),
      certificateTarget: CertificateTarget(source: .selfSigned, names: nil, key: .ecdsaP256),
      certificate: CertificateFacts(
        sha256: "a", notBefore: Self.now - 365 * Limits.day, notAfter: Self.now + Limits.day,
        names: ["host"], madeAt: Self.now - 364 * Limits.day),
      createdAt: Self.now - 364 * Limits.day, why: "a test")
    return Observation(
      clock: ClockFacts(realtime: Self.now, boottime: 10_000),
      settings: SettingsFacts(outcome: .valid(settings), digest: "A"),
      adoption: Adoption(name: "console", unit: "nginx.service", profile: "nginx"),
      unit: UnitFacts(activity: activity, invocation: "run 1", preparationInForce: true),
      profile: ProfileFacts(reloadServes: [.certificate, .port, .protocol]),
      ratchet: .readable(Ratchet(firstSeen: Self.now - Limits.day)),
      current: current, lastGood: current, generationsOnDisk: [1])
  }

  @Test func aRefusedChangeIsPutOffByTheHelperToo() throws {
    var state = ServiceState()
    state.committed = [1]
    state.failure = Failure(
      kind: .refused, listen: listen(9000), newCertificate: true, attempts: 1, at: Self.now,
      context: "A active", rolledBack: false, text: "refused")
    var progress = Progress()
    progress.served = .good
    progress.servedGeneration = 1
    progress.servedInvocation = "run 1"
    var memory = state
    let plan = Planner.plan(observation(.active), state: &memory, progress: &progress)
    guard case .stage(let order) = plan.step else {
      Issue.record("the daemon does not stage but: \(String(describing: plan.step))")
      return
    }
    #expect(order.listen == listen(8383) && order.newCertificate)
    let made = try #require(Planner.stageOrder(observation(.unknown), state: memory))
    #expect(made.listen == order.listen && made.newCertificate)
  }
}
