import Planner
import Testing

@Suite struct ImportTests {
  /// A good service whose settings begin to name an import, valid for `lifetime` from now.
  func imported(
    lifetime: Seconds = 90 * Scene.day, issuer: CertificateIssuer = .publicCA
  ) -> Scene {
    var scene = Scene(.https)
    scene.edit {
      $0.certificate.source = .imported
      $0.certificate.imported = "i"
    }
    scene.observation.imported = CertificateFacts(
      sha256: "i", notBefore: Scene.now, notAfter: Scene.now + lifetime, names: ["host"],
      madeAt: Scene.now, issuer: issuer)
    return scene
  }

  @Test func anImportIsStagedReloadedProbedAndKeptWithoutTheServersCheck() {
    var scene = imported()
    guard case .stage(let order) = scene.perform() else {
      Issue.record("nothing was staged")
      return
    }
    #expect(order.certificate.source == .imported && order.certificate.imported == "i")
    #expect(order.newCertificate)
    scene.stageBrought(order)
    #expect(scene.perform() == .switchCurrent(generation: 2))
    scene.switchToCandidate()
    #expect(scene.perform() == .reload)
    #expect(scene.perform()?.kind == .probe)
    #expect(scene.perform() == .commit(generation: 2))
    scene.observation.lastGood = scene.observation.current
    #expect(scene.plan().condition == .good)
  }

  @Test func anImportIsNeverRenewedByUs() {
    var scene = imported()
    scene.serveBrought()
    scene.pass(89 * Scene.day)
    #expect(![StepKind.stage, .restart, .reload].contains(scene.plan().step?.kind ?? .prune))
    #expect(!scene.plan().codes.contains("expires-soon"))
    scene.pass(2 * Scene.day)
    #expect(scene.plan().codes.contains("expired"))
    #expect(scene.plan().step == nil)
  }

  @Test func oneThatEndedIsToldThoughWhatTakesItsPlaceCannotBeMadeReady() {
    var scene = imported()
    scene.serveBrought()
    scene.edit { $0.certificate.imported = "j" }
    scene.observation.imported = CertificateFacts(
      sha256: "j", notBefore: Scene.now, notAfter: Scene.now + 300 * Scene.day, names: ["host"],
      madeAt: Scene.now, issuer: .publicCA)
    #expect(scene.perform(.failed("no space left"))?.kind == .stage)
    scene.pass(91 * Scene.day)
    #expect(scene.plan().codes.contains("expired"))
  }

  @Test func aRequestToRenewAnImportIsRefusedWithTheWaysOut() {
    var scene = imported()
    scene.serveBrought()
    scene.ask(.renew)
    guard case .answer(_, false, let text) = scene.plan().step else {
      Issue.record("not refused")
      return
    }
    #expect(text.contains("certificate import console"))
    #expect(text.contains("certificate.source self-signed"))
  }

  @Test func backToSelfSignedIsServedAtOnce() {
    var scene = imported()
    scene.serveBrought()
    scene.edit { $0.certificate.source = .selfSigned }
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("nothing is staged")
      return
    }
    #expect(order.certificate.source == .selfSigned)
    #expect(order.newCertificate)
  }

  @Test func anImportThatIsNotThereIsToldAndTheOldCertificateLivesOn() {
    var scene = imported()
    scene.observation.imported = nil
    #expect(scene.plan().codes.contains("import-missing"))
    #expect(scene.plan().step == nil)
    // The self-signed one is renewed as ever.
    scene.pass(262 * Scene.day)
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("nothing is staged")
      return
    }
    #expect(order.certificate.source == .selfSigned)
  }

  @Test func anImportThatTheServerDoesNotServeIsRolledBackAndTheNextOneIsTriedAtOnce() {
    var scene = imported()
    scene.rollBackBrought()
    #expect(scene.plan().step?.kind == .prune)
    scene.edit { $0.certificate.imported = "j" }
    scene.observation.imported?.sha256 = "j"
    #expect(scene.plan().step?.kind == .stage)
  }

  @Test(arguments: [
    (90 * Limits.day, [30 * Limits.day, 15 * Limits.day, 648_000, 3 * Limits.day, Limits.day]),
    (6 * Limits.day, [2 * Limits.day, Limits.day, Limits.day / 2]),
  ])
  func theEndIsToldAtSharesOfTheLifetimeEachWithACodeOfItsOwn(
    lifetime: Seconds, spans: [Seconds]
  ) {
    var scene = imported(lifetime: lifetime)
    scene.observation.clock.synchronised = true
    scene.serveBrought()
    for (index, span) in spans.enumerated() {
      scene.observation.clock.realtime = Scene.now + lifetime - span - 1
      #expect(!scene.plan().codes.contains("imported-expires-\(index + 1)"))
      #expect(scene.plan().wakeAt <= Scene.now + lifetime - span)
      scene.observation.clock.realtime += 1
      #expect(scene.plan().codes.contains("imported-expires-\(index + 1)"))
    }
  }

  @Test func trustNeedsAPublicCA() {
    var scene = imported(issuer: .privateCA)
    scene.edit { $0.trustedCommunication = true }
    scene.serveBrought()
    #expect(scene.plan().codes.contains("trust-not-in-force"))
    var good = imported()
    good.edit { $0.trustedCommunication = true }
    good.serveBrought()
    #expect(!good.plan().codes.contains("trust-not-in-force"))
  }
}
