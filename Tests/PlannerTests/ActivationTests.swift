import Planner
import Testing

/// An import that is to be served from a moment on.
@Suite struct ActivationTests {
  private static let day = Scene.day
  private static let moment = Scene.now + 20 * day

  /// A good service that has imported a certificate for `moment`; its present one ends in 265 days.
  private func waiting(
    until moment: UnixSeconds? = moment, notBefore: UnixSeconds = Scene.now - day,
    notAfter: UnixSeconds = Scene.now + 400 * day
  ) -> Scene {
    var scene = Scene(.https)
    scene.edit {
      $0.certificate.source = .imported
      $0.certificate.imported = "i"
      $0.certificate.activateAt = moment
    }
    scene.observation.imported = CertificateFacts(
      sha256: "i", notBefore: notBefore, notAfter: notAfter, names: ["host"],
      madeAt: Scene.now, issuer: .privateCA)
    return scene
  }

  /// Performs all that is due, on disk too; the kinds of the steps.
  @discardableResult
  private func settle(_ scene: inout Scene) -> [StepKind] {
    var kinds: [StepKind] = []
    while kinds.count < 20, let step = scene.perform() {
      kinds.append(step.kind)
      switch step {
      case .stage(let order): make(order, &scene)
      case .switchCurrent: scene.switchToCandidate()
      case .commit: scene.observation.lastGood = scene.observation.current
      case .rollBack: scene.observation.current = scene.observation.lastGood
      case .prune(let keep, let dropCandidate):
        scene.observation.generationsOnDisk = keep
        if dropCandidate { scene.observation.candidate = nil }
      default: break
      }
    }
    return kinds
  }

  /// Writes what was ordered, as `stage` does.
  private func make(_ order: StageOrder, _ scene: inout Scene) {
    let number = (scene.observation.generationsOnDisk.max() ?? 0) + 1
    var made = Scene.generation(number, order.listen, certificate: "new")
    made.certificateTarget = order.certificate
    made.certificate.madeAt = scene.observation.clock.realtime
    made.certificate.notAfter = scene.observation.clock.realtime + order.lifetime
    if !order.newCertificate, let current = scene.observation.current {
      made.certificateTarget = current.certificateTarget
      made.certificate = current.certificate
    } else if order.certificate.source.isBrought, let imported = scene.observation.imported {
      made.certificate = imported
    }
    scene.observation.candidate = made
    scene.observation.generationsOnDisk.append(number)
  }

  private func prepared(_ scene: Scene) -> Preparation {
    Planner.preparation(scene.observation, state: scene.state, portsTaken: false)
  }

  @Test func itIsStagedAndCheckedAtOnceAndServedAtItsMoment() {
    var scene = waiting()
    #expect(settle(&scene) == [.stage, .check])
    #expect(scene.observation.candidate?.certificate.sha256 == "i")
    #expect(scene.plan().condition == .good)
    #expect(scene.plan().wakeAt <= Self.moment)
    scene.pass(20 * Self.day - 1)
    #expect(settle(&scene) == [])
    scene.pass(1)
    #expect(settle(&scene).prefix(4) == [.switchCurrent, .reload, .probe, .commit])
    #expect(scene.observation.current?.certificate.sha256 == "i")
  }

  @Test func planAndNoticesNameTheMoment() throws {
    var scene = waiting()
    settle(&scene)
    let plan = scene.plan()
    let step = try #require(plan.upcoming.first)
    #expect(step.what == "serve the imported certificate" && step.at == Self.moment)
    #expect(step.why.contains("certificate.activate_at"))
    #expect(plan.codes.contains("import-waits"))
    #expect(!plan.upcoming.contains { $0.what.contains("new certificate") })
  }

  @Test func aRestartOrABootDoesNotServeItEarly() {
    var scene = waiting()
    settle(&scene)
    #expect(prepared(scene) == .nothing)
    // The daemon starts anew, and so does the unit.
    scene.crash()
    scene.observation.unit.invocation = "run 2"
    #expect(!settle(&scene).contains(.switchCurrent))
    scene.pass(20 * Self.day)
    #expect(prepared(scene) == .switchTo(2))
  }

  @Test func aStartServesNothingThatTheServerWasNotAsked() {
    var scene = waiting(until: nil)
    guard case .stage(let order) = scene.perform() else {
      Issue.record("nothing is staged")
      return
    }
    make(order, &scene)
    #expect(prepared(scene) == .nothing)
    // Nobody takes the present one any more: whatever comes is no worse.
    scene.observation.current?.certificate.notAfter = Scene.now - 1
    #expect(prepared(scene) == .switchTo(2))
  }

  @Test func aStoppedUnitIsCheckedForItsNextStart() {
    var scene = waiting(until: nil)
    scene.observation.unit.activity = .inactive
    #expect(settle(&scene) == [.stage, .check])
    #expect(prepared(scene) == .switchTo(2))
  }

  @Test func aChangeOfPortsMeanwhileKeepsThePresentCertificate() {
    var scene = waiting()
    settle(&scene)
    scene.movePort()
    settle(&scene)
    #expect(scene.observation.current?.certificate.sha256 == "a")
    #expect(scene.observation.current?.listen.channels[0].httpsPort == 9000)
    #expect(scene.observation.candidate?.certificate.sha256 == "i")
    #expect(scene.observation.candidate?.listen == scene.observation.current?.listen)
    scene.pass(20 * Self.day)
    settle(&scene)
    #expect(scene.observation.current?.certificate.sha256 == "i")
  }

  @Test func itComesEarlierWhereThePresentOneEndsBefore() throws {
    var scene = waiting()
    let end = Scene.now + 10 * Self.day
    scene.observation.current?.certificate.notAfter = end
    scene.observation.lastGood = scene.observation.current
    #expect(settle(&scene) == [.stage, .check])
    let step = try #require(scene.plan().upcoming.first)
    #expect(step.at == end - 3 * Self.day && step.why.contains("force_before_expiry"))
    #expect(!scene.plan().codes.contains("expires-soon"))
    #expect(prepared(scene) == .nothing)
    scene.pass(7 * Self.day)
    settle(&scene)
    #expect(scene.observation.current?.certificate.sha256 == "i")
  }

  @Test func thePresentOneIsRenewedWhereItsSuccessorBeginsTooLate() {
    var scene = waiting(
      until: Scene.now + 60 * Self.day, notBefore: Scene.now + 60 * Self.day)
    scene.observation.current?.certificate.notAfter = Scene.now + 2 * Self.day
    settle(&scene)
    #expect(scene.observation.current?.certificate.sha256 == "new")
    #expect(scene.observation.candidate?.certificate.sha256 == "i")
    scene.pass(60 * Self.day)
    settle(&scene)
    #expect(scene.observation.current?.certificate.sha256 == "i")
  }

  @Test(arguments: [true, false])
  func aClockInDoubtServesNothingEarly(isAhead: Bool) {
    var scene = waiting()
    settle(&scene)
    scene.observation.clock.synchronised = false
    // A boot with a wrong clock, or a step while we run.
    if isAhead { scene.crash() }
    scene.observation.clock.realtime += 400 * Self.day
    let codes = scene.plan().codes
    #expect(codes.contains("clock-in-doubt"))
    #expect(!settle(&scene).contains(.switchCurrent))
    #expect(prepared(scene) == .nothing)
    scene.observation.clock.realtime = Self.moment
    scene.observation.clock.synchronised = true
    settle(&scene)
    #expect(scene.observation.current?.certificate.sha256 == "i")
  }

  @Test func aSecondImportTakesThePlaceOfTheFirst() {
    var scene = waiting()
    settle(&scene)
    scene.edit { $0.certificate.imported = "j" }
    scene.observation.imported?.sha256 = "j"
    settle(&scene)
    #expect(scene.observation.candidate?.certificate.sha256 == "j")
    #expect(scene.observation.current?.certificate.sha256 == "a")
  }

  @Test func takenBackItIsForgotten() {
    var scene = waiting()
    settle(&scene)
    scene.edit {
      $0.certificate.source = .selfSigned
      $0.certificate.imported = nil
      $0.certificate.activateAt = nil
    }
    scene.observation.imported = nil
    #expect(settle(&scene) == [.prune])
    #expect(scene.observation.candidate == nil)
    #expect(prepared(scene) == .nothing)
  }

  @Test func whatIsAskedForNowIsServedNow() {
    var scene = waiting()
    settle(&scene)
    scene.edit { $0.certificate.activateAt = nil }
    #expect(settle(&scene).prefix(3) == [.switchCurrent, .reload, .probe])
  }

  @Test func oneThatEndsBeforeItsMomentIsDroppedAndSaid() {
    var scene = waiting(notAfter: Scene.now + 15 * Self.day)
    settle(&scene)
    scene.pass(16 * Self.day)
    #expect(scene.plan().codes.contains("import-ended"))
    #expect(settle(&scene) == [.prune])
    scene.pass(10 * Self.day)
    #expect(settle(&scene) == [])
    #expect(scene.observation.current?.certificate.sha256 == "a")
    // The present one is renewed as ever.
    scene.pass(250 * Self.day)
    settle(&scene)
    #expect(scene.observation.current?.certificate.sha256 == "new")
  }

  /// The host was off for a month, and nobody confirms its clock yet.
  @Test func oneThatEndedByAClockInDoubtDoesNotTakeThePlaceOfOneThatDidNot() {
    var scene = waiting(until: nil, notAfter: Scene.now + 5 * Self.day)
    scene.observation.unit.activity = .inactive
    settle(&scene)
    scene.observation.clock.synchronised = false
    scene.observation.clock.realtime += 30 * Self.day
    scene.observation.unit.activity = .active
    let codes = scene.plan().codes
    #expect(codes.contains("clock-in-doubt") && codes.contains("import-ended"))
    #expect(!settle(&scene).contains(.switchCurrent))
    #expect(scene.observation.current?.certificate.sha256 == "a")
  }

  @Test func aRequestToRenewMeanwhileIsRefusedWithTheWaysOut() {
    var scene = waiting()
    settle(&scene)
    scene.ask(.renew)
    guard case .answer(_, false, let text) = scene.plan().step else {
      Issue.record("not refused: \(String(describing: scene.plan().step))")
      return
    }
    #expect(text.contains("--now") && text.contains("--withdraw"))
    #expect(prepared(scene) == .nothing)
  }

  @Test func whatTheServerRefusesIsSaidLongBeforeItsMomentAndNeverServed() {
    var scene = waiting()
    guard case .stage(let order) = scene.perform() else { return }
    make(order, &scene)
    #expect(scene.perform(.failed("key too small"))?.kind == .check)
    #expect(scene.plan().codes.contains("refused-by-server"))
    #expect(scene.plan().condition == .good)
    scene.pass(20 * Self.day)
    #expect(prepared(scene) == .nothing)
    #expect(scene.perform(.failed("key too small"))?.kind == .check)
    #expect(scene.observation.current?.certificate.sha256 == "a")
  }

  @Test func aFollowedOneWaitsForItsSpan() throws {
    var scene = waiting(until: nil)
    let files = FollowedFiles(certificate: "/a.pem", keyFile: "/k.pem")
    scene.edit {
      $0.certificate.source = .followed
      $0.certificate.imported = nil
      $0.certificate.followed = files
      $0.certificate.activateAfter = 7 * Self.day
    }
    scene.observation.followed = FollowedFacts(
      files: files, accepted: scene.observation.imported)
    #expect(settle(&scene) == [.stage, .check])
    let step = try #require(scene.plan().upcoming.first)
    #expect(step.at == Scene.now + 7 * Self.day && step.why.contains("activate_after"))
    #expect(prepared(scene) == .nothing)
    scene.pass(7 * Self.day)
    settle(&scene)
    #expect(scene.observation.current?.certificate.sha256 == "i")
  }

  @Test func aHoldKeepsItBackBeyondItsMoment() {
    var scene = waiting()
    settle(&scene)
    scene.edit { $0.hold = Hold(until: Self.moment + Self.day) }
    scene.pass(20 * Self.day)
    #expect(settle(&scene) == [])
    scene.pass(Self.day)
    #expect(settle(&scene).first == .switchCurrent)
  }
}
