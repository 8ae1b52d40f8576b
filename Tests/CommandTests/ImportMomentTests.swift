import Certificates
import Glibc
import Planner
import Testing

@testable import Coordinator
@testable import supervisord_ec

@Suite("certificate import for a later moment")
struct ImportMomentTests {
  private let authority: PrivateCA
  private let world = World(Reports.enforced)

  init() throws {
    authority = try PrivateCA()
    // Later than every certificate that is issued here begins.
    world.now = time(nil) + 60
    world.circumstances.serverNames = ["ec.example.com"]
    world.circumstances.present = .init(sha256: "present", source: .selfSigned)
    let own = try authority.request()
    world.files["new.pem"] = own.key + (try authority.answer(own.request, days: 90))
    world.meanwhile = { world, _ in
      guard let sha256 = world.importChanges.last?.sha256 else { return }
      world.publish(Self.waiting(sha256))
    }
  }

  /// The daemon says that it waits, and has made it ready.
  private static func waiting(_ sha256: String, _ notice: String? = nil) -> StatusReport {
    var report = Reports.enforced
    report.generation.candidate = 9
    report.notices = [
      .init(
        code: "import-waits", severity: .info, since: "2026-03-01T06:30:00Z",
        text: "the imported certificate \"\(sha256.prefix(16))…\" is served later")
    ]
    if let notice {
      report.notices.append(
        .init(code: notice, severity: .error, since: "2026-03-01T06:30:00Z", text: "key too small"))
    }
    return report
  }

  @Test(
    "is saved with its moment, and the command says when", arguments: ["--after", "--activate-at"])
  func saved(option: String) throws {
    let at = world.now + 30 * Limits.day
    let value = option == "--after" ? "30d" : Timestamp.text(at)
    #expect(world.run("certificate", "import", "console", "new.pem", option, value) == 0)
    let change = try #require(world.importChanges.last)
    #expect(change.activatesAt == at && change.sha256 == world.imports.last?.certificate.sha256)
    #expect(world.output.contains("it waits, and is served from"))
    #expect(world.output.contains("--withdraw"))
  }

  @Test("takes a date in local time")
  func localTime() throws {
    let at = (world.now / Limits.day + 20) * Limits.day
    let text = String(Timestamp.text(at).dropLast(4)).replacing("T", with: " ")
    #expect(
      world.run("certificate", "import", "console", "new.pem", "--activate-at", text) == 0)
    #expect(world.importChanges.last?.activatesAt == at)
  }

  @Test("is refused before the certificate begins and after it ended, and keeps nothing")
  func outOfLife() throws {
    #expect(world.run("certificate", "import", "console", "new.pem", "--after", "200d") == 1)
    #expect(world.errors.contains("it has ended"))
    #expect(world.imports.isEmpty && world.importChanges.isEmpty)
    world.now -= 30 * Limits.day
    #expect(world.run("certificate", "import", "console", "new.pem", "--after", "1d") == 1)
    #expect(world.errors.contains("it has not begun"))
    #expect(world.imports.isEmpty)
    // What begins in time is taken, though it is not valid yet.
    #expect(world.run("certificate", "import", "console", "new.pem", "--after", "40d") == 0)
  }

  @Test(
    "is refused for what is no moment to come",
    arguments: [
      ("--after", "soon"), ("--after", "9999w"), ("--activate-at", "2020-01-01T00:00:00Z"),
    ])
  func noMoment(option: String, value: String) {
    #expect(world.run("certificate", "import", "console", "new.pem", option, value) == 1)
    #expect(world.imports.isEmpty)
  }

  @Test("ends with 1 where another import came after it")
  func overtaken() {
    world.circumstances.certificate.source = .imported
    world.circumstances.certificate.imported = "another"
    world.meanwhile = { _, _ in }
    #expect(world.run("certificate", "import", "console", "new.pem") == 1)
    #expect(world.errors.contains("came after it"))
  }

  @Test("ends with 1 where the server refuses it, though it waits")
  func refusedByServer() {
    world.meanwhile = { world, _ in
      guard let sha256 = world.importChanges.last?.sha256 else { return }
      world.publish(Self.waiting(sha256, "refused-by-server"))
    }
    #expect(world.run("certificate", "import", "console", "new.pem", "--after", "1d") == 1)
    #expect(world.errors.contains("key too small"))
  }

  @Test("is served at once with --now, without files")
  func now() {
    world.circumstances.certificate.source = .imported
    world.circumstances.certificate.imported = "waiting"
    world.meanwhile = { world, _ in
      var report = Reports.enforced
      report.certificate?.sha256 = "waiting"
      world.publish(report)
    }
    #expect(world.run("certificate", "import", "console", "--now") == 0)
    #expect(world.importChanges == [ImportChange(name: "console", sha256: "waiting")])
  }

  @Test(
    "is taken back: the present one is named again",
    arguments: [CertificateSource.imported, .selfSigned, .followed])
  func withdrawn(source: CertificateSource) {
    world.circumstances.certificate.source = .imported
    world.circumstances.certificate.imported = "waiting"
    world.circumstances.present = .init(sha256: "present", source: source)
    #expect(world.run("certificate", "import", "console", "--withdraw") == 0)
    #expect(world.importChanges.last?.sha256 == (source == .imported ? "present" : nil))
    #expect(world.importChanges.last?.source == source)
    #expect(world.importChanges.last?.activatesAt == nil)
  }

  @Test("cannot be hurried or taken back where none waits", arguments: ["--now", "--withdraw"])
  func noneWaits(option: String) {
    #expect(world.run("certificate", "import", "console", option) == 1)
    world.circumstances.certificate.source = .imported
    world.circumstances.certificate.imported = "present"
    world.circumstances.present = .init(sha256: "present", source: .imported)
    #expect(world.run("certificate", "import", "console", option) == 1)
    #expect(world.errors.contains("no import of \"console\" waits"))
    #expect(world.importChanges.isEmpty)
  }

  @Test(
    "is wrong usage in these forms",
    arguments: [
      [], ["new.pem", "--withdraw"], ["new.pem", "--now", "--after", "1d"], ["--after", "1d"],
    ])
  func usage(arguments: [String]) {
    let all = ["certificate", "import", "console"] + arguments
    #expect(SupervisordEC.run(all, in: world.environment) == 64)
  }
}

@Suite("Local time")
struct LocalTimeTests {
  @Test("is read as it is written")
  func readsBack() {
    for at in [1_772_346_600, 1_780_272_000, 1_798_761_540] {
      #expect(LocalTime.read(String(LocalTime.text(at).prefix(16))) == at)
    }
  }

  @Test(
    "is not guessed",
    arguments: [
      "", "tomorrow", "2026-02-30", "2026-03-01 24:00", "2026-3-1", "2026-03-01 1:00",
      "2026-03-01 10:00:60", "2026-03-01  10:00", "1969-12-31", "2026-03-01T10:00",
    ])
  func refuses(text: String) {
    #expect(LocalTime.read(text) == nil)
  }
}
