import Planner
import Testing

@testable import Coordinator
@testable import supervisord_ec

@Suite("enable-https")
struct EnableHTTPSTests {
  private let wish = SettingChange(
    name: "console", key: "channels.console.protocol", value: "https")

  @Test("goes on only with y or yes", arguments: ["y", "yes"])
  func confirmed(answer: String) throws {
    let world = World(Reports.grace)
    world.answers = [answer]
    world.meanwhile = { world, looks in
      var report = Reports.grace
      report.state = "working"
      report.plan.steps = [.init(what: "stage generation 2", at: nil, why: "HTTPS is wanted")]
      world.publish(looks < 3 ? report : Reports.enforced)
    }
    #expect(world.run("enable-https", "console") == 0)
    #expect(world.saved == [wish])
    try expectGolden(world.output, "enable-https.txt")
  }

  @Test(
    "changes nothing with any other answer, or none",
    arguments: ["Y?", "", "no", "yes please", "Y", "ja", nil])
  func refused(answer: String?) {
    let world = World(Reports.grace)
    world.answers = answer.map { [$0] } ?? []
    #expect(world.run("enable-https", "console") == 1)
    #expect(world.saved.isEmpty)
    #expect(world.output.hasSuffix("Nothing changed.\n"))
  }

  @Test("does not ask with --yes")
  func yes() {
    let world = World(Reports.grace)
    world.meanwhile = { world, _ in world.publish(Reports.enforced) }
    #expect(world.run("enable-https", "console", "--yes") == 0)
    #expect(!world.output.contains("Type y"))
  }

  @Test("says so if HTTPS is in force already, even without the daemon")
  func already() {
    let world = World(Reports.enforced)
    world.daemon = .stopped
    #expect(world.run("enable-https", "console") == 0)
    #expect(
      world.output
        == "HTTPS is in force for \"console\" already: https://ec.example.com:8383/\n")
    #expect(world.saved.isEmpty)
  }

  @Test("ends with 1 and the reason if the change was rolled back")
  func rolledBack() {
    let world = World(Reports.grace)
    world.meanwhile = { world, _ in
      var report = Reports.rolledBack
      report.channels = Reports.grace.channels
      world.publish(report)
    }
    #expect(world.run("enable-https", "console", "--yes") == 1)
    #expect(world.errors.contains("port 8384 did not answer with TLS within 30 s"))
  }

  @Test("ends with 1 and the reason if the daemon puts it off")
  func putOff() {
    let world = World(Reports.grace)
    world.meanwhile = { world, _ in
      var report = Reports.grace
      report.state = "waiting"
      report.next = .init(what: "move the console to HTTPS", at: nil, why: "the clock is in doubt")
      world.publish(report)
    }
    #expect(world.run("enable-https", "console", "--yes") == 1)
    #expect(world.errors.contains("saved, but not in force yet"))
    #expect(world.errors.contains("the clock is in doubt"))
  }

  @Test("ends with 69 if the daemon says nothing in time, or dies")
  func silence() {
    let silent = World(Reports.grace)
    #expect(silent.run("enable-https", "console", "--yes") == 69)
    let dying = World(Reports.grace)
    dying.meanwhile = { world, _ in world.daemon = .stopped }
    #expect(dying.run("enable-https", "console", "--yes") == 69)
    #expect(dying.errors.contains("the daemon is not running; what was asked is not done"))
  }

  @Test("asks and writes nothing without the daemon, or without permission")
  func notPossible() {
    let stopped = World(Reports.grace)
    stopped.daemon = .stopped
    #expect(stopped.run("enable-https", "console", "--yes") == 69)
    #expect(stopped.errors.contains("systemctl start supervisord-ec"))
    let forbidden = World(Reports.grace)
    forbidden.maySave = false
    #expect(forbidden.run("enable-https", "console", "--yes") == 77)
    #expect(forbidden.errors.contains("members of the group \"supervisord-ec\""))
    #expect(stopped.saved.isEmpty && forbidden.saved.isEmpty)
    #expect(stopped.output.isEmpty && forbidden.output.isEmpty)
  }

  @Test("names how to adopt a service that is not")
  func notAdopted() {
    var report = Reports.grace
    report.state = "not-adopted"
    let world = World(report)
    #expect(world.run("enable-https", "console", "--yes") == 1)
    #expect(world.errors.contains("supervisord-ec adopt nginx.service --profile nginx"))
  }

  @Test("takes no answer from a trial, nor from a state of before")
  func judging() {
    var trial = Reports.enforced
    trial.generation.trial = true
    #expect(EnableHTTPS.judge(trial, before: Reports.grace, isSettled: true) == nil)
    let old = Reports.rolledBack
    var stillOld = old
    stillOld.channels = Reports.grace.channels
    #expect(EnableHTTPS.judge(stillOld, before: old, isSettled: false) == nil)
    #expect(EnableHTTPS.judge(stillOld, before: old, isSettled: true) != nil)
  }

  @Test("knows the address to come from the ports, or says nothing of it")
  func address() {
    var report = Reports.grace
    #expect(report.addressOnceEnforced == "https://ec.example.com:8383/")
    report.channels[0].address = "http://[2001:db8::1]:8020/"
    #expect(report.addressOnceEnforced == "https://[2001:db8::1]:8383/")
    report.channels[0].ports = [8020]
    #expect(report.addressOnceEnforced == nil)
    report.channels[0].address = "http://ec.example.com/"
    #expect(report.addressOnceEnforced == nil)
  }
}

@Suite("set")
struct SetTests {
  @Test("saves, waits until the daemon has taken it, and says what happens next")
  func saves() {
    let world = World(Reports.grace)
    world.meanwhile = { world, _ in
      var report = Reports.grace
      report.origins["restart.verify_within"] = World.dropIn
      report.plan.steps = [.init(what: "stage generation 2", at: nil, why: "a setting changed")]
      world.publish(report)
    }
    #expect(world.run("set", "console", "restart.verify_within", "10s") == 0)
    #expect(
      world.output == """
        Saved in \(World.dropIn).
        Next: stage generation 2; a setting changed

        """)
    #expect(
      world.saved == [
        SettingChange(name: "console", key: "restart.verify_within", value: "10s")
      ])
  }

  @Test("does not save a way back to HTTP once HTTPS is enforced", arguments: ["http", "\"http\""])
  func wayBack(value: String) {
    let world = World(Reports.enforced)
    #expect(world.run("set", "console", "channels.console.protocol", value) == 1)
    #expect(world.saved.isEmpty)
    #expect(world.errors.contains("an attempt to go back is not saved"))
  }

  @Test("saves http while HTTPS is not enforced, and https at any time")
  func otherWays() {
    let before = World(Reports.grace)
    _ = before.run("set", "console", "channels.console.protocol", "http")
    #expect(before.saved.count == 1)
    let after = World(Reports.enforced)
    _ = after.run("set", "console", "channels.console.protocol", "https")
    #expect(after.saved.count == 1)
  }

  @Test("shows what is accepted if the value is not")
  func bad() {
    let world = World(Reports.grace)
    world.saveResult = .failure(
      CommandProblem(.refused, "\"http_port\" is 99999", next: "Accepted: 1-65535"))
    #expect(world.run("set", "console", "channels.console.http_port", "99999") == 1)
    #expect(
      world.errors == "supervisord-ec: \"http_port\" is 99999\n  Accepted: 1-65535\n")
  }

  @Test("ends with 69 if the daemon does not take it")
  func notTaken() {
    let world = World(Reports.grace)
    #expect(world.run("set", "console", "restart.verify_within", "10s") == 69)
    #expect(world.errors.contains("saved, but the daemon has not taken it yet"))
  }

  @Test("takes silence as the answer where the report need not change")
  func quiet() {
    let world = World(Reports.grace)
    #expect(world.run("set", "console", "channels.console.https_port", "8384") == 0)
  }

  @Test("ends with 1 if the daemon finds something wrong with it")
  func foundWrong() {
    let world = World(Reports.grace)
    world.meanwhile = { world, _ in world.publish(Reports.blocked) }
    #expect(world.run("set", "console", "restart.verify_within", "10s") == 1)
    #expect(world.output.contains("[settings]"))
  }

  @Test("does not wait for what stands there already")
  func unchanged() {
    let world = World(Reports.grace)
    world.saveResult = .success(SavedSetting(file: World.dropIn, changed: false))
    #expect(world.run("set", "console", "restart.verify_within", "10s") == 0)
    #expect(world.output.contains("already"))
  }

  @Test("takes a value that begins with a dash")
  func dash() {
    let world = World(Reports.grace)
    _ = world.run("set", "console", "restart.verify_within", "--", "-1s")
    #expect(world.saved.first?.value == "-1s")
  }
}

@Suite("restart and certificate renew")
struct AskingTests {
  @Test(
    "ask the daemon and end as it says",
    arguments: [(ReplyResult.done, 0), (.failed, 1), (.refused, 1)])
  func asks(result: ReplyResult, status: Int) {
    let world = World(Reports.enforced)
    world.meanwhile = { world, looks in
      if looks == 2 { world.reply = Reply(result: result, text: "reloaded, all channels answer") }
    }
    #expect(world.run("restart", "console") == Int32(status))
    #expect(
      world.requests == [
        Request(id: "1-a", name: "console", verb: .restart, at: World.start + 1)
      ])
    #expect((world.output + world.errors).contains("reloaded, all channels answer"))
  }

  @Test("ask for a new certificate")
  func renews() {
    let world = World(Reports.enforced)
    world.reply = Reply(result: .done, text: "a new one is served")
    #expect(world.run("certificate", "renew", "console") == 0)
    #expect(world.requests.first?.verb == .renew)
  }

  @Test("take the request back if nobody answers")
  func silence() {
    let world = World(Reports.enforced)
    #expect(world.run("restart", "console") == 69)
    #expect(world.withdrawn == ["1-a"])
  }

  @Test("take the request back when they are interrupted")
  func interrupted() {
    let world = World(Reports.enforced)
    world.signal = 2
    #expect(world.run("restart", "console") == 130)
    #expect(world.withdrawn == ["1-a"])
    #expect(world.errors.contains("taken back"))
  }

  @Test("ask nothing without the daemon, without permission, or of nobody")
  func notPossible() {
    let stopped = World(Reports.enforced)
    stopped.daemon = .stopped
    #expect(stopped.run("restart", "console") == 69)
    let forbidden = World(Reports.enforced)
    forbidden.mayRequest = false
    #expect(forbidden.run("restart", "console") == 77)
    let unknown = World(Reports.enforced)
    #expect(unknown.run("restart", "other") == 1)
    #expect((stopped.requests + forbidden.requests + unknown.requests).isEmpty)
  }
}
