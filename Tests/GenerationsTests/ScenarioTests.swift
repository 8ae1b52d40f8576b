import Files
import Generations
import Glibc
import Planner
import Testing

/// Rendered nginx configuration against `Tests/Scenarios/nginx/NAME/`, and against nginx itself.
///
/// `UPDATE_SCENARIOS=1 swift test --filter ScenarioTests` writes the folders anew; read the diff.
@Suite struct ScenarioTests {
  struct Scenario: Sendable, CustomTestStringConvertible {
    var name: String
    var target: ListenTarget
    var names: [String] = ["console.example.com"]

    var testDescription: String { name }
  }

  static let scenarios = [
    Scenario(
      name: "before-enforcement",
      target: target([
        console(.http), channel("agents", 8383), channel("remote-control", 8443),
      ])),
    Scenario(
      name: "redirect",
      target: target([
        console(.https), channel("agents", 8383), channel("remote-control", 8443),
      ])),
    Scenario(
      name: "redirect-standard-port",
      target: target([console(.https, https: 443, http: 80, bind: ["0.0.0.0"])]), names: []),
    Scenario(name: "closed", target: target([console(.https, after: .closed)])),
    Scenario(
      name: "shared-port-of-two-addresses",
      target: target([
        console(.http, bind: ["127.0.0.1"]), channel("agents", 8383, bind: ["::1", "127.0.0.1"]),
      ])),
    Scenario(name: "v6-only", target: target([console(.https, bind: ["::"])])),
    Scenario(
      name: "two-sites",
      target: target([console(.https), channel("agents", 8444, site: "agents")])),
    Scenario(
      name: "backend-before-enforcement",
      target: target([console(.http)], backend: "http://127.0.0.1:9000")),
    Scenario(
      name: "backend-redirect",
      target: target(
        [console(.https), channel("agents", 8444, site: "agents")], backend: "https://[::1]:9000/"),
      names: ["console.example.com", "*.example.net"]),
  ]

  private func render(
    _ scenario: Scenario, generation: String, publicPath: String
  ) throws -> [String: [UInt8]] {
    try Profile.load(name: "nginx", root: profiles).render(
      scenario.target, generationPath: generation, publicPath: publicPath,
      serverNames: scenario.names)
  }

  @Test(arguments: scenarios)
  func renderedFilesAreAsRecorded(_ scenario: Scenario) throws {
    let folder = "\(sources)/Tests/Scenarios/nginx/\(scenario.name)"
    let files = try render(
      scenario, generation: scenarioGeneration, publicPath: scenarioPublic)
    if environment("UPDATE_SCENARIOS") != nil {
      _ = try shell("rm -rf '\(folder)' && mkdir -p '\(folder)'")
      for (name, bytes) in files {
        try FileSystem.write(bytes, to: "\(folder)/\(name)", durable: false)
      }
    }
    #expect(FileSystem.list(folder) == files.keys.sorted())
    for (name, bytes) in files {
      let recorded = try FileSystem.read("\(folder)/\(name)", limit: 1 << 20)
      #expect(
        String(decoding: bytes, as: UTF8.self) == String(decoding: recorded, as: UTF8.self),
        "\(scenario.name)/\(name)")
    }
  }

  @Test(.enabled(if: isInstalled("nginx") && isInstalled("openssl")), arguments: scenarios)
  func nginxTakesWhatIsRendered(_ scenario: Scenario) throws {
    let lowPorts = scenario.target.channels.contains { $0.httpsPort < 1024 }
    // "nginx -t" binds, which an ordinary user may not do below port 1024.
    guard !lowPorts || getuid() == 0 else { return }
    let server = try NginxServer()
    let files = try render(
      scenario, generation: server.generation, publicPath: server.publicPath)
    let sites = files.keys.filter { $0 != "http.conf" }.sorted()
    try server.install(files, sites: scenario.target.backend == nil ? sites : [])
    let (output, status) = try shell("\(server.command) -t")
    #expect(status == 0, "\(output)")
    // The debugging test environment aside, nginx has nothing to say against it.
    #expect(!output.contains("[warn]"), "\(output)")
  }
}
