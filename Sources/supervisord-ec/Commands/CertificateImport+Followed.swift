internal import Coordinator
internal import Planner

extension CertificateImport {
  /// `--replace-anyway` without files: what the followed files hold now is taken, though worse.
  func confirmFollowed(in environment: Environment) throws -> ExitStatus {
    let name = service.name
    let facts = try environment.certificates.confirmFollowed(name)
    if let finding = facts.finding {
      throw CommandProblem(
        .refused, "refused, nothing was changed: \(finding.text)",
        next: "Mend what is named above; the files are read again by themselves")
    }
    guard let certificate = facts.accepted else { return .refused }
    environment.say(
      Line(Piece("Confirmed \(certificate.sha256), from \"\(facts.files.certificate)\".")))
    return try ImportOutcome(name: name, sha256: certificate.sha256).wait(in: environment)
  }
}
