import Planner
import Testing

@Suite struct FollowedTests {
  static let files = FollowedFiles(certificate: "/srv/c.pem", keyFile: "/srv/k.pem")

  static func certificate(_ sha256: String, lifetime: Seconds = 90 * Scene.day) -> CertificateFacts
  {
    CertificateFacts(
      sha256: sha256, notBefore: Scene.now, notAfter: Scene.now + lifetime, names: ["host"],
      madeAt: Scene.now, issuer: .publicCA)
  }

  /// A good service whose settings begin to follow files.
  func followed(_ accepted: CertificateFacts? = certificate("f")) -> Scene {
    var scene = Scene(.https)
    scene.edit {
      $0.certificate.source = .followed
      $0.certificate.followed = Self.files
    }
    scene.observation.followed = FollowedFacts(files: Self.files, accepted: accepted)
    return scene
  }

  func find(
    _ scene: inout Scene, _ kind: FollowedFinding.Kind, since: UnixSeconds = Scene.now
  ) {
    scene.observation.followed?.finding = FollowedFinding(
      kind, code: "x", text: "\"/srv/c.pem\" is not right", since: since)
  }

  @Test func aNewFollowedCertificateIsServedByAReloadWithoutTheServersCheck() {
    var scene = followed()
    scene.serveBrought()
    scene.observation.followed?.accepted = Self.certificate("g", lifetime: 91 * Scene.day)
    guard case .stage(let order) = scene.perform() else {
      Issue.record("nothing was staged")
      return
    }
    #expect(order.certificate.source == .followed && order.certificate.imported == "g")
    scene.stageBrought(order, number: 3)
    #expect(scene.perform() == .switchCurrent(generation: 3))
    scene.switchToCandidate()
    #expect(scene.perform() == .reload)
    #expect(scene.perform()?.kind == .probe)
    #expect(scene.perform() == .commit(generation: 3))
  }

  @Test func filesThatHoldNothingYetLetTheSelfSignedOneLiveOn() {
    var scene = followed(nil)
    find(&scene, .refused)
    #expect(scene.plan().step == nil)
    scene.pass(362 * Scene.day)
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("the self-signed one is not renewed")
      return
    }
    #expect(order.certificate.source == .selfSigned && order.certificate.imported == nil)
  }

  @Test(arguments: [FollowedFinding.Kind.mismatch, .incomplete, .unreadable, .refused, .held])
  func whatTheFilesHoldNowTouchesNothingThatIsServed(_ kind: FollowedFinding.Kind) {
    var scene = followed()
    scene.serveBrought()
    find(&scene, kind)
    scene.pass(Limits.followedSettling)
    let plan = scene.plan()
    #expect(plan.step == nil && plan.condition == .good)
    #expect(plan.codes.contains { $0.hasPrefix("followed-") })
  }

  @Test(arguments: [FollowedFinding.Kind.mismatch, .incomplete])
  func aWriteInProgressIsNotToldBeforeItIsNone(_ kind: FollowedFinding.Kind) {
    var scene = followed()
    scene.serveBrought()
    find(&scene, kind)
    scene.pass(Limits.followedSettling - 1)
    #expect(!scene.plan().codes.contains { $0.hasPrefix("followed-") })
    #expect(scene.plan().wakeAt == Scene.now + Limits.followedSettling)
    scene.pass(1)
    #expect(scene.plan().codes.contains { $0.hasPrefix("followed-") })
  }

  @Test(arguments: [FollowedFinding.Kind.unreadable, .refused, .held])
  func whatDoesNotPassByItselfIsToldAtOnce(_ kind: FollowedFinding.Kind) {
    var scene = followed()
    find(&scene, kind)
    #expect(scene.plan().codes.contains { $0.hasPrefix("followed-") })
  }

  @Test func aClockThatWentBackSettlesAWrite() {
    var scene = followed()
    find(&scene, .mismatch, since: Scene.now + 9 * Scene.day)
    #expect(scene.plan().codes.contains("followed-mismatch"))
  }

  @Test func nothingIsToldOfFilesThatAreNotFollowedAnyMore() {
    var scene = followed()
    find(&scene, .refused)
    scene.edit { $0.certificate.source = .selfSigned }
    #expect(!scene.plan().codes.contains { $0.hasPrefix("followed-") })
  }

  @Test func oneThatTheServerDoesNotServeIsRolledBackAndTheNextOneIsTriedAtOnce() {
    var scene = followed()
    scene.rollBackBrought()
    scene.observation.followed?.accepted = Self.certificate("g")
    #expect(scene.plan().step?.kind == .stage)
  }

  @Test func oneThatExpiredBeforeItWasServedIsNotTaken() {
    var scene = followed(Self.certificate("f", lifetime: Scene.day))
    scene.pass(2 * Scene.day)
    #expect(scene.plan().step?.kind != .stage)
  }

  @Test func theEndIsToldAndNothingIsRenewedByUs() {
    var scene = followed()
    scene.serveBrought()
    scene.ask(.renew)
    guard case .answer(_, false, let text) = scene.plan().step else {
      Issue.record("a renewal is not refused")
      return
    }
    #expect(text.contains("followed"))
    scene.observation.requests = []
    scene.pass(60 * Scene.day)
    let notice = scene.plan().notices.first { $0.code == "followed-expires-1" }
    #expect(notice?.text.contains("\"/srv/c.pem\"") == true)
    #expect(scene.plan().step == nil)
    scene.pass(31 * Scene.day)
    #expect(scene.plan().codes.contains("expired"))
  }

  @Test func backToSelfSignedAndToAnImportIsServedAtOnce() {
    var scene = followed()
    scene.serveBrought()
    scene.edit { $0.certificate.source = .selfSigned }
    #expect(scene.plan().step?.kind == .stage)
    scene.edit {
      $0.certificate.source = .imported
      $0.certificate.imported = "i"
    }
    scene.observation.imported = Self.certificate("i")
    guard case .stage(let order) = scene.plan().step else {
      Issue.record("nothing is staged")
      return
    }
    #expect(order.certificate.imported == "i")
  }

  @Test func aRestartByAnybodyTakesTheFollowedOneOver() {
    let scene = followed()
    guard
      case .stage(let order) = Planner.preparation(
        scene.observation, state: scene.state, portsTaken: false)
    else {
      Issue.record("nothing is prepared")
      return
    }
    #expect(order.certificate.imported == "f")
  }
}
