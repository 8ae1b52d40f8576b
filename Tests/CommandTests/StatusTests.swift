import Planner
import Testing

@testable import Coordinator
@testable import supervisord_ec

@Suite("status shows")
struct StatusTests {
  @Test(
    "each kind of service at a glance",
    arguments: [
      ("grace", Reports.grace, 0), ("enforced", Reports.enforced, 0),
      ("expiring", Reports.expiring, 0), ("rolled-back", Reports.rolledBack, 1),
      ("blocked", Reports.blocked, 1),
    ])
  func blocks(name: String, report: StatusReport, status: Int32) throws {
    let world = World(report)
    #expect(world.run("status") == status)
    try expectGolden(world.output, "status-\(name).txt")
    #expect(world.errors.isEmpty)
  }

  @Test("where the settings come from, for a service that is named")
  func origins() throws {
    let world = World(Reports.grace)
    #expect(world.run("status", "console") == 0)
    try expectGolden(world.output, "status-named.txt")
  }

  @Test("many services in one line each, and how to see all of one")
  func table() throws {
    let world = World()
    Reports.many(12).forEach(world.publish)
    #expect(world.run("status") == 1)
    try expectGolden(world.output, "status-twelve.txt")
  }

  @Test("five services in blocks, six in lines")
  func threshold() {
    for (count, isTable) in [(5, false), (6, true)] {
      let world = World()
      Reports.many(count).forEach(world.publish)
      _ = world.run("status")
      #expect(world.output.hasPrefix("NAME") == isTable)
    }
  }

  @Test("first that the daemon is not running, then the last known state")
  func stopped() throws {
    let world = World(Reports.enforced)
    world.daemon = .stopped
    #expect(world.run("status") == 69)
    try expectGolden(world.output, "status-daemon-stopped.txt")
  }

  @Test("why the daemon does not answer")
  func held() {
    let world = World(Reports.enforced)
    world.daemon = .notAnswering("process 42 is held by a signal")
    #expect(world.run("status") == 69)
    #expect(world.output.hasPrefix("The daemon does not answer: process 42 is held by a signal."))
  }

  @Test("how to adopt a service while there is none")
  func none() {
    let world = World()
    #expect(world.run("status") == 0)
    #expect(
      world.output == """
        No service is adopted yet.
        Adopt one: supervisord-ec adopt nginx.service --profile nginx

        """)
  }

  @Test("one line for a damaged status, and all others as usual")
  func damaged() {
    let world = World(Reports.grace)
    world.readings["api"] = .damaged("\"/run/supervisord-ec/api.json\": it is no JSON")
    #expect(world.run("status") == 1)
    let last = world.output.split(separator: "\n").last
    #expect(
      last
        == "\"api\": its status cannot be read: \"/run/supervisord-ec/api.json\": it is no JSON")
    #expect(world.output.hasPrefix("console: good\n"))
  }

  @Test("which service is meant by a mistyped name")
  func unknown() {
    let world = World(Reports.grace)
    #expect(world.run("status", "consle") == 1)
    #expect(world.output.isEmpty)
    #expect(
      world.errors == """
        supervisord-ec: there is no service "consle"
          Did you mean "console"? Known: "console"

        """)
  }

  @Test("that the daemon is not running, if nothing is known of a named service because of it")
  func stoppedAndUnknown() {
    let world = World()
    world.daemon = .stopped
    #expect(world.run("status", "console") == 69)
    #expect(world.errors.contains("systemctl start supervisord-ec"))
  }

  @Test("that the unit is not active as not good, without any notice")
  func inactive() {
    var report = Reports.enforced
    for (state, status) in [("active", 0), ("reloading", 0), ("inactive", 1), ("failed", 1)] {
      report.activeState = state
      #expect(World(report).run("status") == Int32(status))
    }
  }

  @Test("that systemd does not answer by its exit status")
  func silentSystemd() {
    var report = Reports.enforced
    report.activeState = nil
    #expect(World(report).run("status") == 69)
  }

  @Test("days that are left now, not when the file was written")
  func daysNow() {
    let world = World(Reports.grace)
    world.now += 10 * Limits.day + 1
    _ = world.run("status", "--json")
    #expect(world.output.contains("\"days_left\": 352"))
    world.now += 400 * Limits.day
    world.output = ""
    _ = world.run("status")
    #expect(world.output.contains("expired 47 days ago"))
  }
}

@Suite("plan shows")
struct PlanTests {
  @Test(
    "steps with time and reason, notices, and when the daemon looks again",
    arguments: [
      ("grace", Reports.grace), ("expiring", Reports.expiring), ("blocked", Reports.blocked),
    ])
  func blocks(name: String, report: StatusReport) throws {
    let world = World(report)
    #expect(world.run("plan", "console") == 0)
    try expectGolden(world.output, "plan-\(name).txt")
  }

  @Test("the last plan of a daemon that does not run")
  func stopped() {
    let world = World(Reports.grace)
    world.daemon = .stopped
    #expect(world.run("plan") == 69)
    #expect(world.output.hasPrefix("The daemon is not running; start it: systemctl start"))
    #expect(world.output.contains("move the console to HTTPS"))
  }
}

@Suite("certificate show")
struct CertificateShowTests {
  @Test("has the SHA-256 in the form of browsers and in plain")
  func golden() throws {
    let world = World(Reports.expiring)
    #expect(world.run("certificate", "show", "console") == 0)
    try expectGolden(world.output, "certificate-show.txt")
  }

  @Test("is not good while there is none")
  func none() {
    let world = World(Reports.blocked)
    #expect(world.run("certificate", "show") == 1)
    #expect(world.output == "console: no certificate yet\n")
  }

  @Test(
    "has a bar of 20 cells that is empty only once it has expired",
    arguments: [(0, 20), (1, 20), (200, 10), (399, 1), (400, 0), (500, 0)])
  func bar(day: Int, full: Int) {
    var certificate = Reports.grace.certificate
    certificate?.notBefore = Timestamp.text(0)
    certificate?.notAfter = Timestamp.text(400 * Limits.day)
    guard let certificate else { return }
    let view = CertificateView(
      certificate: certificate,
      clock: Clock(now: day * Limits.day, localTime: Timestamp.text), terminal: .plain)
    #expect(
      view.bar.text
        == String(repeating: "#", count: full) + String(repeating: "-", count: 20 - full))
  }
}
