internal import Certificates
internal import Coordinator
internal import Planner

/// What is done with an import that waits for its moment.
extension CertificateImport {
  /// `--now` and `--withdraw` without files: the settings alone are changed.
  func changeWaiting(in environment: Environment) throws -> ExitStatus {
    let name = service.name
    let circumstances = environment.certificates.circumstances(name)
    guard let present = circumstances.present, circumstances.certificate.source == .imported,
      let waiting = circumstances.certificate.imported, waiting != present.sha256
    else {
      throw CommandProblem(
        .refused, "no import of \"\(name)\" waits to be served",
        next: "What is served: supervisord-ec certificate show \(name)")
    }
    var change = ImportChange(name: name, sha256: waiting)
    if moment.withdraw {
      change.source = present.source
      change.sha256 = present.source == .imported ? present.sha256 : nil
    }
    let saved = try environment.certificates.save(change) {}
    guard moment.withdraw else {
      environment.say(Line(Piece("Saved in \(saved.file).")))
      return try ImportOutcome(name: name, sha256: waiting).wait(in: environment)
    }
    environment.say(
      Line(Piece("Taken back, saved in \(saved.file); the present certificate stays.")))
    return .done
  }

  /// The moment has to lie in the life of the certificate.
  func judgeMoment(_ at: UnixSeconds?, _ verdict: CertificateVerdict) throws(CommandProblem) {
    guard let at, let details = verdict.details else { return }
    let life =
      "it is valid from \(Timestamp.text(details.notBefore)) until"
      + " \(Timestamp.text(details.notAfter))"
    if at >= details.notAfter {
      throw CommandProblem(
        .refused, "refused, nothing was changed: at \(Timestamp.text(at)) it has ended, \(life)",
        next: "Give an earlier moment, or import a certificate that is valid then")
    }
    if at < details.notBefore {
      throw CommandProblem(
        .refused,
        "refused, nothing was changed: at \(Timestamp.text(at)) it has not begun, \(life)",
        next: "Give a later moment")
    }
  }
}
