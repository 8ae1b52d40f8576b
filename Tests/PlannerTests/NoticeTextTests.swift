import Planner
import Testing

/// Every notice is one line: what, where, why, and what to do next.
@Suite struct NoticeTextTests {
  /// Words with which a text says what to do, or that nothing is to be done.
  static let orders = [
    "supervisord-ec ", "systemctl ", "journalctl ", "timedatectl", "systemd-analyze ", "by itself",
    "reinstall ", "remove the line", "restore it", "install that one again", "mend ",
  ]
  /// Words that name a place: the service, the unit, a file or a key.
  static let places = [
    "console", "nginx.service", "the clock", "HTTPS", "certificate", "restart.window", "\"/",
    "unit",
    "the profile",
  ]

  static let fileProblem = "\"/var/lib/supervisord-ec/console\": no space left (open)"

  /// Scenes in which each notice stands, by code.
  static let scenes: [(code: String, change: @Sendable (inout Scene) -> Void)] = [
    ("not-adopted", { $0.observation.adoption = nil }),
    (
      "settings-invalid",
      { $0.observation.settings.outcome = .invalid(["\"/etc/x.toml\", line 2: not TOML", "more"]) }
    ),
    ("settings-missing", { $0.observation.settings.outcome = .missing }),
    ("unit-differs", { $0.edit { $0.unit = "apache2.service" } }),
    ("systemd-away", { $0.observation.unit.activity = .away }),
    ("unit-not-found", { $0.observation.unit.activity = .notFound }),
    ("unit-masked", { $0.observation.unit.activity = .masked }),
    ("unit-stopped", { $0.observation.unit.activity = .inactive }),
    ("unit-failed", { $0.observation.unit.activity = .failed }),
    ("preparation-missing", { $0.observation.unit.preparationInForce = false }),
    ("link-missing", { $0.observation.brokenLinks = ["/etc/nginx/conf.d/x.conf"] }),
    ("profile-missing", { $0.observation.profile = nil }),
    (
      "newer-generation",
      { $0.observation.newerCurrent = "\"/m.json\": a newer one; install that one again" }
    ),
    ("stage-failed", { $0.fail(.stage) }), ("port-taken", { $0.fail(.lookUpPorts) }),
    ("refused-by-server", { $0.fail(.check) }), ("rolled-back", { $0.fail(.probe) }),
    (
      "served-differs",
      {
        $0.progress.served = .applied; $0.perform(.failed("no answer"))
      }
    ),
    (
      "step-failed",
      {
        $0.stage(7); $0.perform(.failed(fileProblem))
      }
    ),
    ("ratchet-unreadable", { $0.observation.ratchet = .unreadable("\"/u.json\": damaged") }),
    (
      "ratchet-not-written",
      {
        $0.observation.ratchet = .readable(Ratchet())
        $0.perform(.failed(fileProblem))
      }
    ),
    (
      "enforcement-soon-7d",
      { $0.observation.ratchet = .readable(Ratchet(firstSeen: Scene.now - 24 * Scene.day)) }
    ),
    (
      "clock-in-doubt",
      {
        $0.observation.clock.builtAt = Scene.now + Scene.day
        $0.observation.clock.synchronised = false
      }
    ),
    (
      "import-missing",
      {
        $0.edit {
          $0.certificate.source = .imported
          $0.certificate.imported = "a1"
        }
      }
    ),
    ("followed-mismatch", { $0.follow(.mismatch, since: Limits.followedSettling) }),
    ("followed-unreadable", { $0.follow(.unreadable) }),
    ("followed-refused", { $0.follow(.refused) }), ("followed-held", { $0.follow(.held) }),
    ("import-waits", { $0.importFor(Scene.now + Scene.day, notAfter: Scene.now + 9 * Scene.day) }),
    ("import-ended", { $0.importFor(Scene.now + Scene.day, notAfter: Scene.now) }),
    ("trust-not-in-force", { $0.edit { $0.trustedCommunication = true } }),
    (
      "request-pending",
      {
        $0.observation.certificateRequests = [
          CertificateRequestFacts(publicKey: "k", names: ["a.example"], madeAt: Scene.now)
        ]
      }
    ),
    (
      "expires-soon", { $0.observation.current?.certificate.notAfter = Scene.now + 20 * Scene.day }
    ),
    ("expired", { $0.observation.current?.certificate.notAfter = Scene.now }),
    ("certificate-change-pending", { $0.edit { $0.certificate.names = ["b.example"] } }),
    ("held", { $0.edit { $0.hold = Hold(until: Scene.now + Scene.day, reason: "a holiday") } }),
  ]

  @Test(arguments: scenes.map(\.code))
  func everyNoticeIsOneLineThatSaysWhatToDo(_ code: String) throws {
    let entry = try #require(Self.scenes.first { $0.code == code })
    var scene = Scene()
    entry.change(&scene)
    let plan = scene.plan()
    let notice = try #require(plan.notices.first { $0.code == code }, "\(plan.codes)")
    let text = notice.text
    #expect(!text.contains("\n") && text.count < 400, "\(text)")
    #expect(Self.orders.contains { text.contains($0) }, "\(text)")
    #expect(Self.places.contains { text.contains($0) }, "\(text)")
    #expect(!text.hasSuffix(".") && !text.contains("  "), "\(text)")
  }

  /// A day later the same still stands in the same words, so nothing is said again.
  @Test(arguments: ["expires-soon", "expired", "held", "unit-masked"])
  func whatDoesNotChangeKeepsItsWords(_ code: String) throws {
    let entry = try #require(Self.scenes.first { $0.code == code })
    var scene = Scene(.https)
    entry.change(&scene)
    let before = scene.plan().notices.first { $0.code == code }?.text
    scene.pass(3_600)
    #expect(before != nil)
    #expect(scene.plan().notices.first { $0.code == code }?.text == before)
  }
}

extension Scene {
  /// Follows files that hold something that is not taken, for so many seconds.
  fileprivate mutating func follow(_ kind: FollowedFinding.Kind, since ago: Seconds = 0) {
    let files = FollowedFiles(certificate: "/srv/c.pem", keyFile: "/srv/k.pem")
    edit {
      $0.certificate.source = .followed
      $0.certificate.followed = files
    }
    observation.followed = FollowedFacts(
      files: files,
      finding: FollowedFinding(
        kind, code: "x", text: "\"/srv/c.pem\" is not right", since: Scene.now - ago))
  }

  /// Imports a certificate that ends then, to be served from a moment on.
  fileprivate mutating func importFor(_ moment: UnixSeconds, notAfter: UnixSeconds) {
    edit {
      $0.certificate.source = .imported
      $0.certificate.imported = "a1"
      $0.certificate.activateAt = moment
    }
    observation.imported = CertificateFacts(
      sha256: "a1", notBefore: Scene.now - 9 * Scene.day, notAfter: notAfter, names: ["host"],
      madeAt: Scene.now, issuer: .privateCA)
  }

  /// Moves a port and lets the first step of this kind fail.
  fileprivate mutating func fail(_ kind: StepKind) {
    movePort()
    for number in 2..<20 {
      guard let step = plan().step else { return }
      guard step.kind != kind else {
        perform(.failed("\"0.0.0.0:9000\" is taken"))
        // What was on trial is rolled back.
        guard kind == .probe else { return }
        perform()
        observation.candidate = observation.current
        observation.current = observation.lastGood
        return
      }
      perform()
      if step.kind == .stage { stage(number) }
      if step.kind == .switchCurrent { switchToCandidate() }
    }
  }
}
