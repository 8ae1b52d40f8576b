import Certificates

/// 2026-06-01T00:00:00Z, for what looks at dates only.
let june2026 = 1_780_272_000

/// The real present, for tools that compare with it.
func present() throws -> Int {
  let text = try Tool("date", "+%s").output.filter(\.isNumber)
  guard let seconds = Int(text) else { throw ToolError(call: "date") }
  return seconds
}

func issue(
  _ names: [String] = ["localhost", "127.0.0.1"], key: KeyAlgorithm = .ecdsaP256,
  lifetime: Int = 365 * 86_400, now: Int = june2026
) throws -> Issued {
  try SelfSigned.make(names: names, key: key, lifetimeSeconds: lifetime, now: now)
}

/// The code with which names are refused; nil if they are accepted.
func refusal(_ names: String...) -> String? {
  do throws(CertificateError) {
    _ = try SelfSigned.make(
      names: names, key: .ecdsaP256, lifetimeSeconds: 86_400, now: june2026)
    return nil
  } catch {
    return error.code
  }
}

extension Issued {
  /// What `openssl x509` says of the certificate.
  func shown(_ options: String...) throws -> String {
    let folder = try Folder()
    let file = try folder.write(certificatePEM, "certificate.pem")
    return try run("openssl", ["x509", "-in", file, "-noout"] + options)
  }
}

private func run(_ command: String, _ arguments: [String]) throws -> String {
  var child = try Child([command] + arguments)
  let output = String(decoding: child.readToEnd(), as: UTF8.self)
  guard child.wait() == 0 else { throw ToolError(call: output) }
  return output
}
