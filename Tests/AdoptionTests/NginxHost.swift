import Adoption
import Files
import Planner
import Testing

/// A miniature of Debian's /etc/nginx in a sandbox, read by the real nginx.
final class NginxHost {
  let sandbox: Sandbox
  let paths: RootPaths
  var settings = NginxHost.settings
  var adopted = ["console"]

  static let settings = ServiceSettings(
    name: "console", unit: "nginx.service", profile: "nginx",
    channels: [.console(), .agents(), .remoteControl()])

  static let site = "/etc/nginx/sites-available/console"

  init(site: String? = nil) throws {
    sandbox = try Sandbox()
    paths = RootPaths(name: "console", unit: "nginx.service", root: sandbox.root)
    let root = sandbox.root
    try sandbox.write(
      "/etc/nginx/nginx.conf",
      """
      # Debian's layout.
      pid \(root)/nginx.pid;
      events { worker_connections 64; }
      http {
      \taccess_log off;
      \tinclude mime.types;
      \tinclude \(root)/etc/nginx/conf.d/*.conf;
      \tinclude \(root)/etc/nginx/sites-enabled/*;
      }

      """)
    try sandbox.write("/etc/nginx/mime.types", "types { text/html html htm; }\n")
    try sandbox.makeDirectories("/etc/nginx/sites-enabled")
    try sandbox.write("/etc/nginx/supervisord-ec/console/main.conf", stub(["8020", "[::]:8020"]))
    try sandbox.write("/etc/nginx/conf.d/supervisord-ec-console.conf", "# nothing yet\n")
    if let site { try self.site(site) }
  }

  /// What a generation renders, without certificates: `nginx -t` needs none for plain listeners.
  private func stub(_ listens: [String]) -> String {
    listens.map { "listen \($0);\n" }.joined()
  }

  /// The administrator's console.
  func site(_ text: String) throws { try site(Array(text.utf8)) }

  func site(_ bytes: [UInt8]) throws {
    try sandbox.write(Self.site, bytes)
    try sandbox.link("/etc/nginx/sites-enabled/console", to: "../sites-available/console")
  }

  /// A self-signed certificate and its key: `NAME.pem`, `NAME.key` in the sandbox.
  func makeCertificate(_ name: String) throws {
    let result = try sandbox.run([
      "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
      "-nodes", "-subj", "/CN=\(name)", "-keyout", "\(sandbox.root)/\(name).key", "-out",
      "\(sandbox.root)/\(name).pem",
    ])
    try #require(result.status == 0, "\(result.errors)")
  }

  func nginx(_ switches: String) throws -> RunResult {
    let conf = "\(sandbox.root)/etc/nginx/nginx.conf"
    return try sandbox.run([
      Programs.nginx, switches, "-c", conf, "-p", sandbox.root, "-e", "stderr",
    ])
  }

  func configuration() throws -> NginxConfiguration {
    let result = try nginx("-T")
    try #require(result.status == 0, "\(result.errors)")
    return try NginxConfiguration.parse(dump: result.output) { path in
      try? FileSystem.read(path, limit: 1 << 20)
    }
  }

  func propose(backend: Bool = false) throws -> Proposal {
    proposal(
      for: settings, configuration: try configuration(), paths: paths.included(adopted: adopted),
      backend: backend, resolvePath: FileSystem.resolve)
  }

  /// Proposes, applies with the real patch(1), and asks the real nginx; answers the diff.
  @discardableResult
  func proposeAndPatch() throws -> String {
    let proposal = try propose()
    guard case .patch(let diff, _) = proposal.outcome else {
      Issue.record("no patch but \(proposal.outcome)")
      return ""
    }
    let result = try sandbox.run([Programs.patch, "-d", "/", "-p1"], input: diff)
    #expect(result.status == 0, "\(result.text)\(result.errors)")
    #expect(!result.text.contains("fuzz") && !result.text.contains("Stripping"))
    let check = try nginx("-t")
    #expect(check.status == 0, "\(check.errors)")
    return String(decoding: diff, as: UTF8.self)
  }

  var includeLine: String { "include \(paths.site("main"));" }
}
