internal import ArgumentParser
internal import Certificates
internal import Planner

/// `certificate check`: judges files without importing them; needs no daemon and no rights.
struct CertificateCheck: Verb {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says whether a certificate would be taken, and every reason why not.",
    discussion: """
      Give whatever the CA sent: certificate, intermediates and key in one file or several, in any \
      order. Each check that was passed is one line, then each problem with what to do about it. \
      Nothing is changed or kept. A password is asked for, or read from a file or descriptor.

        supervisord-ec certificate check --chain fullchain.pem --key key.pem --name ec.example.com
        supervisord-ec certificate check --pkcs12 server.pfx --password-file password.txt
        supervisord-ec certificate check --chain server.pem --trust company-root.pem --json

      Roots that the files hold are taken for those of a private CA, unless --trust names roots.

      EXIT STATUS: 0 it would be taken; 1 it would not; 64 wrong usage.
      """)

  @OptionGroup var input: MaterialOptions
  @Option(help: "A host name or address that it has to be valid for; may be given again.")
  var name: [String] = []
  @Option(help: "The moment to judge for (RFC 3339), instead of now.") var at: String?
  @Flag(help: "Prints JSON for programs.") var json = false

  func validate() throws {
    guard !input.isEmpty else { throw MaterialOptions.missing }
    if let at, Timestamp.parse(at) == nil {
      throw ValidationError("\"\(at)\" is no moment, accepted: 2026-12-27T06:00:00Z")
    }
  }

  func run(in environment: Environment) throws -> ExitStatus {
    let verdict = try verdict(in: environment)
    if json {
      environment.say(verdict.json)
    } else {
      environment.say(verdict.lines(environment.clock))
    }
    return verdict.isAccepted ? .done : .refused
  }

  private func verdict(in environment: Environment) throws -> CertificateVerdict {
    var material = try input.read(in: environment)
    defer { material.result.material.wipeKeys() }
    let read = material.result
    // What could not be read at all need not be missed as well.
    guard !read.material.certificates.isEmpty || read.reasons.isEmpty else {
      return CertificateVerdict(reasons: read.reasons)
    }
    var question = Question(now: at.flatMap(Timestamp.parse) ?? environment.now())
    question.names = name
    question.needsKey = !input.pkcs12.isEmpty || !input.key.isEmpty
    question.trusted = material.trusted
    question.anchors = environment.trustAnchors()
    return CertificateVerdict(read.reasons, Judgement.of(read.material, question))
  }
}
