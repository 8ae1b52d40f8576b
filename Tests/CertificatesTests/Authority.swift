import Testing

@testable import Certificates

/// Certificates made by openssl(1) in a folder of their own, as CAs make them.
final class Authority {
  /// One certificate with its key.
  struct Entity {
    var name: String
    var certificate: String
    var key: String
    var found: CertificateMaterial.Found
  }

  /// Extensions of an ordinary root and intermediate.
  static let ca = """
    basicConstraints=critical,CA:TRUE
    keyUsage=critical,keyCertSign,cRLSign
    subjectKeyIdentifier=hash
    authorityKeyIdentifier=keyid
    """
  /// Extensions of an ordinary certificate of a server.
  static let server = """
    subjectAltName=DNS:a.example,IP:192.0.2.7
    basicConstraints=critical,CA:FALSE
    keyUsage=critical,digitalSignature
    extendedKeyUsage=serverAuth
    subjectKeyIdentifier=hash
    authorityKeyIdentifier=keyid
    """

  let folder: Folder

  init() throws { folder = try Folder() }

  /// Makes one; without an issuer it signs itself. Its file is called as it is.
  func make(
    _ name: String, by issuer: Entity? = nil, extensions: String = Authority.server,
    key: [String] = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], days: Int = 90,
    subject: String? = nil, reusing keyFile: String? = nil, options: [String] = []
  ) throws -> Entity {
    let base = "\(folder.path)/\(name)"
    let keyPath = keyFile ?? "\(base).key"
    if keyFile == nil {
      try run(["openssl", "genpkey", "-quiet", "-algorithm"] + key + ["-out", keyPath])
    }
    try run([
      "openssl", "req", "-new", "-key", keyPath, "-subj", subject ?? "/CN=\(name)", "-out",
      "\(base).csr",
    ])
    let file = try folder.write(Array("[x]\n\(extensions)\n".utf8), "\(name).cnf")
    var sign = [
      "openssl", "x509", "-req", "-in", "\(base).csr", "-days", "\(days)", "-out", "\(base).pem",
      "-extfile", file, "-extensions", "x",
    ]
    if let issuer {
      sign += ["-CA", issuer.certificate, "-CAkey", issuer.key, "-CAcreateserial"]
    } else {
      sign += ["-signkey", keyPath]
    }
    try run(sign + options)
    return Entity(
      name: name, certificate: "\(base).pem", key: keyPath,
      found: try read("\(base).pem", file: name))
  }

  /// A root, an intermediate and a server's certificate.
  func ordinary() throws -> (root: Entity, middle: Entity, leaf: Entity) {
    let root = try make("root", extensions: Self.ca)
    let middle = try make("middle", by: root, extensions: Self.ca)
    return (root, middle, try make("leaf", by: middle))
  }

  /// The certificate of a PEM file.
  func read(_ path: String, file: String) throws -> CertificateMaterial.Found {
    let bytes = try #require(SmallFile.read(path, limit: 1 << 20))
    return .init(der: try #require(SmallFile.certificate(bytes)), file: file)
  }

  /// The key of a PEM file, as the reading of formats gives it.
  func key(_ entity: Entity) throws -> CertificateMaterial.FoundKey {
    func der(_ options: String...) throws -> [UInt8] {
      let path = "\(folder.path)/out.der"
      try run(["openssl", "pkey", "-in", entity.key, "-outform", "DER", "-out", path] + options)
      return try #require(SmallFile.read(path, limit: 1 << 20))
    }
    return .init(pkcs8: try der(), publicKey: try der("-pubout"), file: "\(entity.name).key")
  }

  func run(_ arguments: [String]) throws {
    var child = try Child(arguments)
    let output = String(decoding: child.readToEnd(), as: UTF8.self)
    guard child.wait() == 0 else { throw ToolError(call: "\(arguments): \(output)") }
  }
}

/// What is judged in a test, and how: the present, one trusted root, no names.
struct Case {
  var material = CertificateMaterial()
  var question: Question

  init(_ given: [Authority.Entity], trust: [Authority.Entity] = []) throws {
    question = Question(now: try present())
    question.trusted = trust.map(\.found)
    material.certificates = given.map(\.found)
  }

  var judgement: Judgement { Judgement.of(material, question) }

  /// The codes of the refusals, each once, sorted.
  var refusals: [String] {
    Set(judgement.reasons.filter { $0.weight == .refusal }.map(\.code)).sorted()
  }

  var remarks: [String] {
    Set(judgement.reasons.filter { $0.weight == .remark }.map(\.code)).sorted()
  }
}
