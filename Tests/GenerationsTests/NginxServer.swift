import Files
import Generations
import Glibc
import Planner
import Testing

/// An nginx of the test's own: its folder, configuration, certificate and processes.
final class NginxServer {
  let bench: Workbench
  var path: String { bench.path }
  var generation: String { "\(path)/generation" }
  var publicPath: String { "\(path)/public" }
  var command: String { "nginx -p \(path) -e \(path)/error.log -c \(path)/nginx.conf" }

  init() throws {
    bench = try Workbench()
    for folder in [generation, publicPath, "\(path)/temporary"] {
      try FileSystem.makeDirectory(folder)
    }
    let (output, status) = try shell(
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
      -subj /CN=console.example.com -keyout \(generation)/key.pem -out \(generation)/chain.pem
      """)
    try #require(status == 0, "\(output)")
  }

  deinit { _ = try? shell("test -s \(path)/nginx.pid && \(command) -s stop") }

  /// Writes the rendered files and a main configuration whose server blocks include `sites`.
  func install(_ files: [String: [UInt8]], sites: [String]) throws {
    for (name, bytes) in files {
      try FileSystem.write(bytes, to: "\(generation)/\(name)", durable: false)
    }
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
      "  \($0)_temp_path \(path)/temporary/\($0);\n"
    }.joined()
    let blocks = sites.map { site in
      """
        server {
          server_name console.example.com;
          include \(generation)/\(site);
          location / { return 200 "\(site)\\n"; }
        }

      """
    }.joined()
    let user = getuid() == 0 ? "user root;\n" : ""
    try bench.write(
      """
      \(user)worker_processes 1;
      pid \(path)/nginx.pid;
      error_log \(path)/error.log;
      events { }
      http {
        access_log off;
      \(temporary)\(blocks)  include \(generation)/http.conf;
      }

      """, to: "nginx.conf")
  }

  /// Starts it, which ends when the ports are open.
  func start() throws {
    let (output, status) = try shell(command)
    try #require(status == 0, "\(output)")
  }

  /// Asks for `/a?b=c` or another path with curl: status, headers and body as one text.
  func ask(_ url: String, _ options: String = "") throws -> String {
    let (output, _) = try shell("curl -sSki --noproxy '*' --max-time 10 \(options) '\(url)'")
    return output.replacing("\r\n", with: "\n")
  }

  /// A port that nobody listens on now, below those that the kernel gives to clients.
  static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 10_240..<32_000)
      let handle = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(handle) }
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = in_port_t(UInt16(port).bigEndian)
      let bound = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          unsafe bind(handle, generic, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
      if bound == 0 { return port }
    }
    throw FileError("bind", "loopback", reason: "no free port found")
  }
}
