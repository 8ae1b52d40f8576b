internal import ArgumentParser
internal import Coordinator
internal import Planner

/// `certificate`: the group of verbs about certificates.
struct CertificateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificate",
    abstract: "Shows, checks and renews certificates.",
    discussion: """
        supervisord-ec certificate show console      SHA-256, names, days left
        supervisord-ec certificate check --chain F   whether F would be taken
        supervisord-ec certificate renew console     a new self-signed one, now
      """,
    subcommands: [
      CertificateShow.self, CertificateRenew.self, CertificateRequestCommand.self,
      CertificateCheck.self, CertificateImport.self,
    ])
}

/// `certificate show`: what is served, from the files that the daemon writes; needs no rights.
struct CertificateShow: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows the certificates that are served.",
    discussion: """
      Compare the SHA-256 with the one in the browser's warning before trusting it. For every user.

        supervisord-ec certificate show console

      EXIT STATUS: 0 shown; 1 no such service, or it has no certificate yet; 64 wrong usage; 69 the \
      daemon does not answer (the last known one is shown).
      """)

  @OptionGroup var service: OptionalName

  func run(in environment: Environment) throws -> ExitStatus {
    let overview = try Overview(of: service.name, in: environment)
    overview.printBlocks({ Self.lines($0, environment) }, in: environment)
    return overview.status { $0.certificate != nil }
  }

  private static func lines(_ report: StatusReport, _ environment: Environment) -> [Line] {
    guard let certificate = report.certificate else {
      return [Line(Piece(report.name, .bold), ": no certificate yet")]
    }
    let clock = environment.clock
    let view = CertificateView(
      certificate: certificate, clock: clock, terminal: environment.terminal)
    let fields = [
      Field("source", Piece(view.origin)),
      Field("names", Piece(certificate.names.joined(separator: ", "))),
      Field("valid from", Piece(clock.moment(certificate.notBefore))),
      Field("valid until", Piece(clock.moment(certificate.notAfter))),
      Field("left", view.bar, Piece(" \(view.daysText)", view.style)),
      Field("SHA-256", Piece(view.fingerprint, .bold)),
      Field("SHA-256 hex", Piece(certificate.sha256)),
    ]
    return [Line(Piece(report.name, .bold))] + Field.render(fields)
  }
}

/// `certificate renew`: asks the daemon for a new certificate.
struct CertificateRenew: Verb {
  static let configuration = CommandConfiguration(
    commandName: "renew",
    abstract: "Makes a new self-signed certificate and serves it now.",
    discussion: """
      A new key and certificate are staged, and the server is reloaded where that serves them, else \
      restarted. Agents and browsers that pinned the old certificate must learn the new one.

        supervisord-ec certificate renew console

      EXIT STATUS: 0 done, and the new one is served; 1 refused or failed (says why); 64 wrong \
      usage; 69 the daemon does not answer, and nothing was done; 77 not permitted.
      """)

  @OptionGroup var service: RequiredName

  func run(in environment: Environment) throws -> ExitStatus {
    try environment.ask(.renew, service.name)
  }
}
