import Files
import Generations
import Glibc
import Planner
import Testing

/// A folder for one test, removed with it.
final class Workbench {
  let path: String

  init() throws {
    var template = Array("/tmp/supervisord-ec-test.XXXXXX".utf8CString)
    let isMade = unsafe template.withUnsafeMutableBufferPointer { name in
      unsafe name.baseAddress.map { unsafe mkdtemp($0) != nil } ?? false
    }
    try #require(isMade)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Worker processes of a server under test read here too.
    _ = unsafe chmod(path, 0o755)
  }

  deinit { try? FileSystem.removeTree(path) }

  func write(_ text: String, to name: String) throws {
    try FileSystem.write(Array(text.utf8), to: "\(path)/\(name)", durable: false)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try FileSystem.read("\(path)/\(name)", limit: 1 << 20), as: UTF8.self)
  }

  func store(_ name: String = "console") throws -> ServiceStore {
    let store = ServiceStore(root: path, name: name)
    try store.prepareFolders()
    return store
  }
}

/// Runs a command line by sh(1); its output with standard error, and its exit status.
func shell(_ command: String) throws -> (output: String, status: Int32) {
  guard let pipe = unsafe popen("{ \(command)\n} 2>&1 </dev/null", "r") else {
    throw FileError("popen", command, reason: "no process")
  }
  var output: [UInt8] = []
  while true {
    let byte = unsafe fgetc(pipe)
    guard byte != EOF else { break }
    output.append(UInt8(truncatingIfNeeded: byte))
  }
  let status = unsafe pclose(pipe)
  return (String(decoding: output, as: UTF8.self), status >> 8 & 0xff)
}

/// Whether a program is on this machine.
func isInstalled(_ program: String) -> Bool {
  ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { FileSystem.exists("\($0)/\(program)") }
}

func environment(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  return unsafe String(cString: value)
}

/// The folder of the sources.
let sources = String(#filePath.dropLast("/Tests/GenerationsTests/Workbench.swift".count))
/// The profiles as they are installed.
let profiles = "\(sources)/packaging/profiles"

/// The generation path of the scenarios.
let scenarioGeneration = "/var/lib/supervisord-ec/console/generations/000002"
/// The folder of the trust bundle in the scenarios.
let scenarioPublic = "/var/lib/supervisord-ec/console/public"

func console(
  _ proto: WebProtocol, https: Int = 8383, http: Int = 8020, after: AfterHTTPS = .redirect,
  bind: [String] = ["0.0.0.0", "::"]
) -> ChannelTarget {
  ChannelTarget(
    name: "console", site: "main", httpsPort: https, bind: bind,
    plain: PlainTarget(proto: proto, httpPort: http, afterHTTPS: after))
}

func channel(
  _ name: String, _ port: Int, site: String = "main", bind: [String] = ["0.0.0.0", "::"]
) -> ChannelTarget {
  ChannelTarget(name: name, site: site, httpsPort: port, bind: bind)
}

func target(_ channels: [ChannelTarget], backend: String? = nil) -> ListenTarget {
  ListenTarget(profile: "nginx", backend: backend, channels: channels)
}

func newGeneration(why: String = "first") -> NewGeneration {
  NewGeneration(
    listen: target([console(.http)]),
    certificateTarget: CertificateTarget(source: .selfSigned, names: nil, key: .ecdsaP256),
    certificate: CertificateFacts(
      sha256: String(repeating: "0", count: 64), notBefore: 0, notAfter: 10, names: ["a.example"],
      madeAt: 1),
    chainPEM: Array("chain".utf8), keyPEM: Array("key".utf8),
    rendered: ["main.conf": Array("# main\n".utf8), "http.conf": []], createdAt: 5, why: why)
}
