import Planner
import Settings
import Testing

@Suite struct UnknownKeyTests {
  @Test(arguments: [
    ("channels.console.htps_port = 1", "channels.console.https_port"),
    ("channels.agents.protocol = \"https\"", "channels.console.protocol"),
    ("agents.https_port = 1", "channels.agents.https_port"),
    ("chanels.console.https_port = 1", "channels"),
    ("[certificat]\nkey = \"x\"", "certificate"),
    ("certificate.lifetime_ = \"1d\"", "certificate.lifetime"),
    ("certificate.nmaes = []", "certificate.names"),
    ("https_port = 1", "channels.console.https_port"),
    ("Profile = \"x\"", "profile"),
  ])
  func theNearestKnownKeyIsNamed(line: String, nearest: String) throws {
    let found = try #require(try problem(line))
    #expect(found.code == "unknown-key")
    #expect(found.expected == nearest)
    #expect(found.text.hasSuffix("did you mean \"\(nearest)\"?"))
  }

  @Test func withoutANearOneAllKeysOfTheTableAreNamed() throws {
    let found = try #require(try problem("restart.frobnicate = 1"))
    #expect(
      found.text.hasSuffix(
        "accepted in \"restart\": window, force_before_expiry, verify_within"))
  }

  @Test func aSlipInAChannelsNameIsAWarning() throws {
    let loaded = try load("channels.agnets.https_port = 9000\n")
    #expect(
      loaded.settings?.channels.map(\.name) == ["console", "agents", "agnets", "remote-control"])
    #expect(loaded.warnings.count == 1)
    #expect(loaded.warnings.first?.contains("did you mean \"channels.agents\"?") == true)
  }
}
