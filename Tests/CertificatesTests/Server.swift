import Certificates

/// A real TLS server, `openssl s_server`, on a port that it chose itself.
struct Server: ~Copyable {
  let port: String
  let certificateFile: String
  private let process: Child

  init(
    _ issued: Issued, in folder: borrowing Folder, options: [String] = ["-www"]
  ) throws {
    let certificate = try folder.write(issued.certificatePEM, "server.pem")
    let key = try folder.write(issued.privateKeyPEM, "server.key")
    try self.init(certificate: certificate, key: key, options: options)
  }

  init(certificate: String, key: String, options: [String]) throws {
    var process = try Child(
      ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key]
        + options)
    var port: String?
    while port == nil, let line = process.readLine() {
      // "ACCEPT 127.0.0.1:PORT" is printed once the socket listens.
      guard line.hasPrefix("ACCEPT"), let colon = line.lastIndex(of: ":") else { continue }
      port = String(line[line.index(after: colon)...])
    }
    guard let port else { throw ToolError(call: "openssl s_server") }
    self.port = port
    self.process = process
    certificateFile = certificate
  }

  /// Sends a signal to the server.
  func signal(_ number: Int32) { process.signal(number) }

  /// Keeps the server running up to here.
  func use() {}
}
