import Planner
import Testing

@testable import Generations

@Suite struct ProfileTests {
  private func nginx() throws -> Profile { try Profile.load(name: "nginx", root: profiles) }

  private func render(
    _ target: ListenTarget, names: [String] = [], generation: String = scenarioGeneration
  ) throws -> [String: [UInt8]] {
    try nginx().render(
      target, generationPath: generation, publicPath: scenarioPublic, serverNames: names)
  }

  @Test func theInstalledNginxProfileLoads() throws {
    let profile = try nginx()
    #expect(Profile.names(root: profiles).contains("nginx"))
    #expect(profile.checkCommand.first == "/usr/sbin/nginx")
    #expect(profile.reloadServes.isSuperset(of: ["certificate", "protocol", "port"]))
    #expect(!profile.reloadServes.contains("bind"))
    #expect(profile.units == ["nginx.service"])
  }

  @Test func anUnknownProfileNamesThoseThatAreThere() {
    let error = #expect(throws: ProfileError.self) {
      try Profile.load(name: "ngnix", root: profiles)
    }
    #expect(error?.code == .missing)
    #expect(error?.reason.contains("\"nginx\"") == true)
    #expect(throws: ProfileError.self) { try Profile.load(name: "../nginx", root: profiles) }
  }

  @Test(arguments: [
    ("description = 1\n", "profile.toml"), ("x =\n", "profile.toml:1"),
    ("surprise = 1\n", "profile.toml"), ("", "profile.toml"),
  ])
  func aBrokenProfileIsAnErrorThatNamesTheFile(_ text: String, _ place: String) throws {
    let bench = try Workbench()
    try makeProfile(in: bench, extra: text, template: "ok\n")
    let error = #expect(throws: ProfileError.self) {
      try Profile.load(name: "mine", root: bench.path)
    }
    #expect(error?.code == .invalid)
    #expect(error?.place.contains(place) == true)
  }

  @Test func aBrokenTemplateIsAnErrorThatNamesItsLine() throws {
    let bench = try Workbench()
    try makeProfile(in: bench, extra: nil, template: "one\n{{#sites}}\n")
    let error = #expect(throws: ProfileError.self) {
      try Profile.load(name: "mine", root: bench.path)
    }
    #expect(error?.place == "\(bench.path)/mine/a.conf:2")
  }

  @Test func channelsThatShareAPortListenOnce() throws {
    let files = try render(target([console(.https), channel("agents", 8383)]))
    let main = String(decoding: try #require(files["main.conf"]), as: UTF8.self)
    #expect(main.split(separator: "\n").filter { $0.hasPrefix("listen") }.count == 2)
  }

  @Test func eachSiteHasItsOwnFile() throws {
    let files = try render(
      target([console(.http), channel("agents", 8444, site: "agents")]))
    #expect(Set(files.keys) == ["main.conf", "agents.conf", "http.conf"])
  }

  @Test func aSiteCannotTakeTheNameOfAnotherFile() {
    #expect(throws: ProfileError.self) {
      try render(target([console(.http), channel("agents", 8444, site: "http")]))
    }
  }

  @Test func onePortCannotSpeakBothProtocols() {
    #expect(throws: ProfileError.self) { try render(target([console(.http, https: 8020)])) }
  }

  @Test func everyValueIsCheckedBeforeItIsNeeded() {
    let today = target([console(.http)])
    #expect(throws: ProfileError.self) { try render(today, names: ["a; }"]) }
    #expect(throws: ProfileError.self) { try render(today, generation: "/var/lib/a b") }
    #expect(throws: ProfileError.self) {
      try render(target([console(.http)], backend: "http://a;"))
    }
    #expect(throws: ProfileError.self) { try render(target([console(.https, http: 0)])) }
    #expect(throws: ProfileError.self) { try render(target([console(.http, bind: ["::1;"])])) }
    #expect(throws: ProfileError.self) { try render(target([console(.http, bind: [])])) }
    #expect(throws: ProfileError.self) {
      try render(target([console(.http), channel("a", 1, site: "../a")]))
    }
  }

  @Test func aTargetOfAnotherProfileIsRefused() {
    let other = ListenTarget(profile: "apache", channels: [console(.http)])
    #expect(throws: ProfileError.self) { try render(other) }
  }

  private func makeProfile(in bench: Workbench, extra: String?, template: String) throws {
    let body = """
      description = "d"
      units = []
      check = ["/bin/true"]
      reload_serves = []
      [[files]]
      name = "a.conf"
      template = "a.conf"
      each = "service"

      """
    _ = try shell("mkdir -p \(bench.path)/mine")
    try bench.write(extra.map { $0.isEmpty ? "" : $0 + body } ?? body, to: "mine/profile.toml")
    try bench.write(template, to: "mine/a.conf")
  }
}
