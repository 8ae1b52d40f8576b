import Certificates
import Files
import Testing

@testable import Coordinator
@testable import supervisord_ec

@Suite("--json")
struct JSONTests {
  @Test("has every key of the contract in its order, and null for what is not known")
  func golden() throws {
    let world = World(Reports.expiring)
    #expect(world.run("status", "--json") == 0)
    try expectGolden(world.output, "status.json")
    world.output = ""
    world.publish(Reports.blocked)
    #expect(world.run("status", "--json") == 1)
    try expectGolden(world.output, "status-nulls.json")
    world.output = ""
    #expect(world.run("plan", "--json") == 0)
    try expectGolden(world.output, "plan.json")
  }

  @Test("of check says what was accepted and what was not")
  func check() throws {
    let world = World()
    world.checkResult.problems = [
      CheckProblem(
        code: "out-of-range", file: "console.toml", line: 4, key: "channels.console.http_port",
        found: "99999", expected: "1-65535", text: "\"channels.console.http_port\" is 99999")
    ]
    #expect(world.run("check", "--json", "console.toml") == 1)
    try expectGolden(world.output, "check.json")
  }

  @Test("stays data while the daemon is stopped: the sentence goes to standard error")
  func stopped() {
    let world = World()
    world.daemon = .stopped
    #expect(world.run("status", "--json") == 69)
    #expect(world.output == "{\n  \"services\": []\n}\n")
    #expect(world.errors.hasPrefix("The daemon is not running"))
  }

  @Test("escapes whatever is not plain text")
  func escapes() {
    let value = JSONValue.string("a\"\\\n\u{1B}[31m\u{9B}\u{202E}é\u{F0000}")
    #expect(value.text == "\"a\\\"\\\\\\n\\u001b[31m\\u009b\\u202eé\\udb80\\udc00\"")
  }

  @Test("has its keys, all and only those, in docs/json.md")
  func documented() throws {
    let bytes = try FileSystem.read("\(projectFolder)/docs/json.md", limit: 1 << 20)
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    var documented: [String: Set<String>] = [:]
    var section = ""
    for line in lines {
      if line.hasPrefix("## ") { section = String(line.dropFirst(3)) }
      if line.hasPrefix("| `") {
        documented[section, default: []].insert(String(line.split(separator: "`")[1]))
      }
    }
    let problem = CheckProblem(code: "", file: nil, line: 1, key: nil, text: "")
    let check = CheckResult(problems: [problem], checked: ["unit"], files: [])
    let shown = [
      "`status`": StatusJSON.services([StatusJSON.status(Reports.expiring)]),
      "`plan`": StatusJSON.services([StatusJSON.plan(Reports.expiring)]),
      "`check`": Check.json(check),
      "`certificate check`": CertificateVerdict(reasons: [
        Reason("a", text: ""), Reason("b", weight: .remark, text: ""),
      ]).json,
    ]
    for (section, value) in shown {
      #expect(documented[section] == paths(value, "") as Set<String>)
    }
  }

  private func paths(_ value: JSONValue, _ prefix: String) -> Set<String> {
    switch value {
    case .object(let members):
      var result: Set<String> = []
      for member in members {
        let path = prefix.isEmpty ? member.key : "\(prefix).\(member.key)"
        result.insert(path)
        result.formUnion(paths(member.value, path))
      }
      return result
    case .array(let values):
      return values.reduce(into: []) { $0.formUnion(paths($1, prefix + "[]")) }
    default: return []
    }
  }
}
