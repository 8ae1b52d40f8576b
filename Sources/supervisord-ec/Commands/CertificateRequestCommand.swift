internal import ArgumentParser
internal import Certificates
internal import Files
internal import Coordinator
internal import Planner

/// `certificate request`: makes a key that stays here and a request for a CA.
struct CertificateRequestCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Makes a key and a certificate request (CSR) for a CA.",
    discussion: """
      The key never leaves this host. The request is printed, or written with --out; give it to the \
      CA and import the answer, also weeks later: it is paired with its key by itself. Nothing that \
      is served changes. Names: --name, else certificate.names, else those of the one in use.

        supervisord-ec certificate request console --name ec.example.com --out ec.csr
        supervisord-ec certificate import console --chain answer.pem

      EXIT STATUS: 0 done; 1 refused (says why); 64 wrong usage; 69 the daemon does not answer; 77 \
      not permitted.
      """)

  @OptionGroup var service: RequiredName
  @Option(help: "A host name or address to ask for; may be given again.") var name: [String] = []
  @Option(help: "The file to write the request to, instead of standard output.") var out: String?

  func run(in environment: Environment) throws -> ExitStatus {
    let service = service.name
    let report = try environment.report(of: service).report
    guard environment.certificates.mayKeep() else {
      throw CommandProblem.keysNotPermitted("making a key for \"\(service)\"")
    }
    let settings = environment.certificates.circumstances(service).certificate
    let names = name.isEmpty ? settings.names ?? report.certificate?.names ?? [] : name
    guard !names.isEmpty, let key = KeyAlgorithm(rawValue: settings.key.rawValue) else {
      throw CommandProblem(
        .refused, "there are no names to ask for", next: "Give them: --name ec.example.com")
    }
    var made: CertificateRequest
    do throws(CertificateError) {
      made = try CertificateRequest.make(names: names, key: key)
    } catch {
      throw CommandProblem(
        .refused, "no request was made: \(error.reason)",
        next: "Give other names: --name ec.example.com")
    }
    defer { wipe(&made.privateKeyPEM) }
    try environment.certificates.keepRequest(
      CertificateKeeper.Request(
        facts: CertificateRequestFacts(
          publicKey: KeyPairing.sha256(ofPublicKey: made.publicKey), names: names,
          madeAt: environment.now()),
        request: made.requestPEM, key: made.privateKeyPEM), service)
    try hand(made.requestPEM, environment)
    environment.complain(
      "Give the request to your CA; then: supervisord-ec certificate import \(service)"
        + " --chain ANSWER")
    return .done
  }

  private func hand(_ request: [UInt8], _ environment: Environment) throws {
    guard let out else {
      return environment.write(String(decoding: request, as: UTF8.self), .output)
    }
    do throws(FileError) {
      try environment.writeOutput(out, request)
    } catch {
      throw CommandProblem(
        .refused, "the request is kept, but could not be written: \(error)",
        next: "Print it instead: leave --out away and make another one")
    }
  }
}
