import Adoption
import Files
import Testing

/// The rule is run by a real engine; polkit's own is checked on an installed system.
@Suite(.enabled(if: FileSystem.exists("/usr/bin/node")))
struct PolkitRuleTests {
  /// What the rule answers to one request of one user.
  private func answer(
    _ user: String, _ verb: String, _ unit: String?,
    action: String = "org.freedesktop.systemd1.manage-units"
  ) throws -> String {
    let sandbox = try Sandbox()
    let details = unit.map { "{ unit: '\($0)', verb: '\(verb)' }" } ?? "{ verb: '\(verb)' }"
    let script = """
      "use strict";
      var rule;
      var polkit = { Result: { YES: "yes" }, addRule: function (f) { rule = f; } };
      \(RootTexts.polkitRule(name: "console", unit: "nginx.service"))
      var details = \(details);
      var action = { id: "\(action)", lookup: function (key) { return details[key]; } };
      console.log(String(rule(action, { user: "\(user)" })));
      """
    try sandbox.write("/rule.js", script)
    let result = try sandbox.run(["/usr/bin/node", "\(sandbox.root)/rule.js"])
    #expect(result.status == 0, "\(result.errors)")
    return result.text.trimmingNewline
  }

  @Test(arguments: [
    ("restart", "nginx.service"), ("try-restart", "nginx.service"), ("reload", "nginx.service"),
    ("start", "supervisord-ec-stage@console.service"),
    ("start", "supervisord-ec-check@console.service"),
    ("start", "supervisord-ec-prepare@console.service"),
    ("start", "supervisord-ec-collect@console.service"),
  ])
  func theDaemonMayDoItsWork(_ verb: String, _ unit: String) throws {
    #expect(try answer("supervisord-ec", verb, unit) == "yes")
    #expect(try answer("www-data", verb, unit) == "undefined")
  }

  @Test(arguments: [
    ("stop", "nginx.service"), ("start", "nginx.service"), ("restart", "ssh.service"),
    ("start", "supervisord-ec-stage@other.service"), ("restart", nil), ("start", nil),
    ("stop", "supervisord-ec-stage@console.service"),
  ])
  func anythingElseIsLeftToOthers(_ verb: String, _ unit: String?) throws {
    #expect(try answer("supervisord-ec", verb, unit) == "undefined")
  }

  @Test func otherActionsAreLeftToOthers() throws {
    let action = "org.freedesktop.systemd1.manage-unit-files"
    #expect(try answer("supervisord-ec", "restart", "nginx.service", action: action) == "undefined")
  }
}

extension String {
  fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
