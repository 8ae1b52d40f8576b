import Files
import Glibc
import Testing

@testable import supervisord_ec

/// A private CA made by openssl(1), with its root and intermediate, in a folder of the test.
final class PrivateCA {
  private let folder = "/tmp/supervisord-ec-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"

  init() throws {
    try FileSystem.makeDirectory(folder)
    try run(
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 400 -subj /CN=Root \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
        -keyout root.key -out root.pem
      """)
  }

  deinit { try? FileSystem.removeTree(folder) }

  /// Issues a certificate for a request (PEM); answers it with the root, PEM.
  func answer(_ request: [UInt8], names: String = "DNS:ec.example.com", days: Int = 90) throws
    -> [UInt8]
  {
    try FileSystem.write(request, to: "\(folder)/leaf.csr", durable: false)
    let extensions = """
      basicConstraints=critical,CA:FALSE
      keyUsage=critical,digitalSignature
      extendedKeyUsage=serverAuth
      subjectAltName=\(names)
      subjectKeyIdentifier=hash
      authorityKeyIdentifier=keyid

      """
    try FileSystem.write(Array(extensions.utf8), to: "\(folder)/ext", durable: false)
    try run(
      "openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -days \(days) -extfile ext"
        + " -out leaf.pem && cat leaf.pem root.pem > all.pem")
    return try read("all.pem")
  }

  /// A request with a key of its own: both, PEM.
  func request() throws -> (request: [UInt8], key: [UInt8]) {
    try run(
      "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x"
        + " -keyout own.key -out own.csr")
    return (try read("own.csr"), try read("own.key"))
  }

  func read(_ name: String) throws -> [UInt8] {
    try FileSystem.read("\(folder)/\(name)", limit: 1 << 20)
  }

  private func run(_ script: String) throws {
    let done = try Subcommand.run(["/bin/sh", "-c", "cd \(folder) && \(script)"])
    try #require(done.status == 0, "\(done.output)")
  }
}
