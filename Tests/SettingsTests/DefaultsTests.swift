import Planner
import Settings
import Testing

@Suite struct DefaultsTests {
  @Test func unitAndProfileAreEnough() throws {
    let expected = ServiceSettings(
      name: "console", unit: "nginx.service", profile: "nginx",
      channels: [.console(), .agents(), .remoteControl()])
    #expect(try load("").settings == expected)
  }

  /// The table of keys feeds the manual: writing each default out must change nothing.
  @Test(arguments: SettingsKeys.known.filter { $0.defaultValue != nil }.map(\.path))
  func aWrittenDefaultChangesNothing(path: String) throws {
    let key = try #require(SettingsKeys.known.first { $0.path == path })
    let value = try #require(key.defaultValue)
    let other = "channels.other.https_port = 9443\n"
    let written = path.replacing("NAME", with: "other")
    let loaded = try load("\(other)\(written) = \(value)\n")
    #expect(loaded.settings == (try load(other).settings))
    #expect(loaded.settings != nil)
  }

  @Test func everyKeyHasItsTextsAndIsNamedOnce() {
    #expect(Set(SettingsKeys.known.map(\.path)).count == SettingsKeys.known.count)
    for key in SettingsKeys.known {
      #expect(!key.help.isEmpty && !key.accepted.isEmpty && !key.help.contains("\n"))
    }
  }

  @Test func theContractsExampleHolds() throws {
    let text = """
      unit = "nginx.service"
      profile = "nginx"

      [channels.console]
      protocol = "http"              # what a new installation starts with
      http_port = 8021
      https_port = 8384
      enforce_https_after = "14d"
      after_https = "closed"
      bind = ["192.0.2.1"]

      [channels.agents]
      https_port = 8384
      site = "agents"
      bind = ["192.0.2.2", "2001:DB8::0:1"]

      [channels.remote-control]
      enabled = false

      [channels.mirror]
      https_port = 9443

      [certificate]
      source = "self-signed"
      names = ["EC.example.com", "*.example.com", "192.0.2.1", "2001:db8:0::1"]
      key = "rsa-3072"
      lifetime = "200d"
      renewal_window = "20d"

      [restart]
      force_before_expiry = "2d"
      verify_within = "1min"

      [agents]
      trusted_communication = false
      """
    let plain = PlainSettings(
      wanted: .http, httpPort: 8021, enforceAfter: 14 * Limits.day, afterHTTPS: .closed)
    var console = ChannelSettings.console(httpsPort: 8384, plain: plain)
    console.bind = ["192.0.2.1"]
    let expected = ServiceSettings(
      name: "console", unit: "nginx.service", profile: "nginx",
      channels: [
        console,
        ChannelSettings(
          name: "agents", site: "agents", httpsPort: 8384, bind: ["192.0.2.2", "2001:db8::1"]),
        ChannelSettings(name: "mirror", httpsPort: 9443),
      ],
      certificate: CertificateSettings(
        names: ["ec.example.com", "*.example.com", "192.0.2.1", "2001:db8::1"], key: .rsa3072,
        lifetime: 200 * Limits.day, renewalWindow: 20 * Limits.day),
      restart: RestartSettings(forceBeforeExpiry: 2 * Limits.day, verifyWithin: 60))
    let loaded = try load(text, head: "")
    #expect(loaded.problems == [])
    #expect(loaded.settings == expected)
  }

  @Test func followedFilesAreTwoPathsOrTheSameTwice() throws {
    let text = """
      certificate.certificate = "/etc/letsencrypt/live/a/fullchain.pem"
      certificate.key_file = "/etc/letsencrypt/live/a/privkey.pem"
      """
    let files = FollowedFiles(
      certificate: "/etc/letsencrypt/live/a/fullchain.pem",
      keyFile: "/etc/letsencrypt/live/a/privkey.pem")
    // They can be written before they count.
    let idle = try #require(try load(text).settings).certificate
    #expect(idle.source == .selfSigned && idle.followed == files)
    let followed = try #require(
      try load(text + "\ncertificate.source = \"followed\"").settings)
    #expect(followed.certificate.source == .followed && followed.certificate.followed == files)
    #expect(files.paths.count == 2)
    #expect(FollowedFiles(certificate: "/b", keyFile: "/b").paths == ["/b"])
  }

  @Test func aShortLifetimeShrinksTheDefaultsThatWouldNotFit() throws {
    let short = try #require(try load("certificate.lifetime = \"29d\"").settings)
    #expect(short.certificate.renewalWindow == 29 * Limits.day / 3)
    #expect(short.restart.forceBeforeExpiry == 3 * Limits.day)
    let shortest = try #require(try load("certificate.lifetime = \"1h\"").settings)
    #expect(shortest.certificate.renewalWindow == 1_200)
    #expect(shortest.restart.forceBeforeExpiry == 400)
    // Exactly twice the default is not more than twice.
    let edge = try #require(try load("certificate.lifetime = \"60d\"").settings)
    #expect(edge.certificate.renewalWindow == 20 * Limits.day)
  }
}
