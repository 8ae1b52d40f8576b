import Planner
import Testing

@testable import Coordinator
@testable import supervisord_ec

@Suite("A terminal")
struct TerminalTests {
  private func terminal(_ isTerminal: Bool, _ variables: [String: String]) -> Terminal {
    Terminal(isTerminal: isTerminal) { variables[$0] }
  }

  @Test("has colours only if it is one, can do it, and nobody minds")
  func colours() {
    #expect(terminal(true, ["TERM": "xterm"]).colours)
    #expect(terminal(true, ["TERM": "xterm", "NO_COLOR": ""]).colours)
    #expect(!terminal(true, ["TERM": "xterm", "NO_COLOR": "1"]).colours)
    #expect(!terminal(true, ["TERM": "dumb"]).colours)
    #expect(!terminal(true, [:]).colours)
    #expect(!terminal(false, ["TERM": "xterm"]).colours)
  }

  @Test("shows more than ASCII only if the locale says so")
  func locale() {
    #expect(terminal(true, ["LANG": "de_DE.UTF-8"]).unicode)
    #expect(terminal(true, ["LANG": "C.utf8"]).unicode)
    #expect(terminal(true, ["LC_ALL": "", "LC_CTYPE": "en_GB.UTF-8", "LANG": "C"]).unicode)
    #expect(!terminal(true, ["LC_ALL": "C", "LANG": "de_DE.UTF-8"]).unicode)
    #expect(!terminal(true, [:]).unicode)
  }

  @Test("with colours shows a dot, and the same text")
  func dot() throws {
    let world = World(Reports.rolledBack)
    world.terminal = Terminal(colours: true, unicode: true)
    _ = world.run("status")
    try expectGolden(world.output.replacing("\u{1B}", with: "ESC"), "status-colours.txt")
  }

  @Test("in a locale without UTF-8 gets ASCII only")
  func ascii() throws {
    var report = Reports.expiring
    report.certificate?.names = ["münchen.example"]
    let world = World(report)
    world.terminal = .plain
    _ = world.run("status")
    try expectGolden(world.output, "status-ascii.txt")
    #expect(world.output.utf8.allSatisfy { $0 < 128 })
  }

  @Test("gets no control character out of a status file, whichever verb shows it")
  func hostile() {
    let evil = "\u{1B}]0;x\u{7}\u{1B}[2J\u{9B}31m\r\n\u{202E}\u{2028}\u{0}"
    var report = Reports.rolledBack
    report.unit = evil
    report.profile = evil
    report.state = evil
    report.channels[0].name = evil
    report.channels[0].protocol = evil
    report.channels[0].address = evil
    report.certificate?.issuer = evil
    report.certificate?.sha256 = evil
    report.certificate?.notAfter = evil
    report.certificate?.names = [evil]
    report.enforcement.at = evil
    report.lastAction?.reason = evil
    report.lastAction?.at = evil
    report.notices[0].code = evil
    report.notices[0].text = evil
    report.next = .init(what: evil, at: evil, why: evil)
    report.plan = .init(steps: [.init(what: evil, at: evil, why: evil)], wakeAt: evil)
    report.origins = [evil: evil]
    let world = World(report)
    Reports.many(6).forEach(world.publish)
    world.readings["damaged"] = .damaged(evil)
    for arguments in [
      ["status"], ["status", "console"], ["status", "--json"], ["plan", "console"],
      ["plan", "--json"], ["certificate", "show"], ["status", evil], ["enable-https", "console"],
    ] {
      _ = SupervisordEC.run(arguments, in: world.environment)
    }
    let all = world.output + world.errors
    #expect(!all.unicodeScalars.contains { $0 != "\n" && !Terminal.isHarmless($0) })
    #expect(!all.isEmpty)
  }
}

@Suite("A moment for people")
struct ClockTests {
  private let clock = Clock(now: World.start, localTime: Timestamp.text)

  @Test("says how far it is")
  func relative() {
    #expect(clock.relative(World.start) == "now")
    #expect(clock.relative(World.start + 3600) == "in 1 h")
    #expect(clock.relative(World.start - 2 * Limits.day) == "2 days ago")
  }

  @Test("is shown as it is if it cannot be read")
  func unreadable() {
    #expect(clock.moment("soon") == "soon")
  }

  @Test("counts days down to the end, below zero right after it")
  func days() {
    #expect(clock.daysLeft(until: World.start + Limits.day) == 1)
    #expect(clock.daysLeft(until: World.start + Limits.day - 1) == 0)
    #expect(clock.daysLeft(until: World.start - 1) == -1)
    #expect(clock.daysLeft(until: World.start - Limits.day - 1) == -2)
  }

  @Test("is in the zone of the host, with its name")
  func local() {
    let text = LocalTime.text(World.start)
    #expect(text.hasPrefix("2026-0") && text.split(separator: " ").count == 3)
    #expect(!LocalTime.text(.max).isEmpty)
  }
}

@Suite("A mistyped name")
struct NameHintTests {
  @Test("is near to the one that was meant, or to none")
  func nearest() {
    #expect(NameHint.nearest(to: "consoel", in: ["api", "console"]) == "console")
    #expect(NameHint.nearest(to: "database", in: ["api", "console"]) == nil)
    #expect(NameHint.nearest(to: "x", in: []) == nil)
    #expect(NameHint.nearest(to: "", in: ["console"]) == nil)
  }
}
