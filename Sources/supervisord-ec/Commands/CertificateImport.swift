internal import ArgumentParser
internal import Certificates
internal import Coordinator
internal import Planner

/// `certificate import`: judges what a CA gave, keeps it, and has it served.
struct CertificateImport: Verb {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Imports a certificate that a CA issued, and serves it.",
    discussion: """
      Everything is judged first, as certificate check does; what is refused leaves the disk as it \
      was. Without a key among the files the key of a pending request is taken. The server is \
      reloaded where that serves it, every channel is probed, and the one before comes back if \
      another one answers.

        supervisord-ec certificate import console --chain answer.pem
        supervisord-ec certificate import console --pkcs12 ec.pfx --password-file /root/pfx.txt

      With --replace-anyway and no files, a followed certificate that waits for a word is taken as \
      its files hold it now.

      With --activate-at or --after it is made ready and checked now, and served from then on; the \
      present one stays until then, through restarts and changes. One that waits is served by --now \
      and forgotten by --withdraw, and another import takes its place.

        supervisord-ec certificate import console answer.pem --activate-at "2026-12-27 06:00"
        supervisord-ec certificate import console --withdraw

      EXIT STATUS: 0 served, or it waits for its moment, the unit's start or the end of a hold; 1 \
      refused (says every reason), or rolled back; 64 wrong usage; 69 the daemon does not answer; \
      77 not permitted.
      """)

  @OptionGroup var service: RequiredName
  @OptionGroup var input: MaterialOptions
  @OptionGroup var moment: ImportMoment
  @Flag(help: "Import it though it ends sooner, is older or drops a name in use.")
  var replaceAnyway = false
  @Flag(help: "Turn agents.trusted_communication off if the certificate is not a public CA's.")
  var turnOffTrustedCommunication = false

  func validate() throws {
    guard input.isEmpty else {
      guard !moment.withdraw else { throw ValidationError("--withdraw takes no files") }
      return
    }
    guard moment.now || moment.withdraw || replaceAnyway else { throw MaterialOptions.missing }
  }

  func run(in environment: Environment) throws -> ExitStatus {
    let name = service.name
    _ = try environment.report(of: name)
    try environment.requireDaemon()
    guard environment.certificates.mayKeep(), environment.maySave(name) else {
      throw CommandProblem.keysNotPermitted("importing a certificate for \"\(name)\"")
    }
    if input.isEmpty && replaceAnyway { return try confirmFollowed(in: environment) }
    if input.isEmpty { return try changeWaiting(in: environment) }
    let activatesAt = try moment.read(in: environment)
    let circumstances = environment.certificates.circumstances(name)
    var material = try input.read(in: environment)
    defer { material.result.material.wipeKeys() }
    try addKnownKey(to: &material.result, environment)
    // What is served later has to be good then.
    let question = circumstances.question(
      now: activatesAt ?? environment.now(), trusted: material.trusted,
      anchors: environment.trustAnchors())
    let judgement = Judgement.of(material.result.material, question)
    let verdict = CertificateVerdict(material.result.reasons, judgement)
    let problems = verdict.problems.filter {
      !(replaceAnyway && Judgement.heldCodes.contains($0.code))
    }
    guard problems.isEmpty,
      var new = try CertificateKeeper.Import(
        judgement, material.result.material, now: environment.now())
    else {
      environment.say(verdict.lines(environment.clock))
      try judgeMoment(activatesAt, verdict)
      return refuse(problems, environment)
    }
    defer { wipe(&new.key) }
    try judgeTrust(new, circumstances)
    let isTrustTurnedOff = new.certificate.issuer != .publicCA && turnOffTrustedCommunication
    let saved = try environment.certificates.save(
      ImportChange(
        name: name, sha256: new.certificate.sha256, activatesAt: activatesAt,
        turnsTrustOff: isTrustTurnedOff)
    ) { try environment.certificates.keep(new, name) }
    environment.say(
      Line(Piece("Imported \(new.certificate.sha256), saved in \(saved.file).")))
    let status = try ImportOutcome(
      name: name, sha256: new.certificate.sha256, activatesAt: activatesAt
    ).wait(in: environment)
    try environment.certificates.tidy(new, name)
    return status
  }

  /// A certificate without its key may be the answer to a request of ours.
  private func addKnownKey(to read: inout ReadingResult, _ environment: Environment) throws {
    guard read.material.keys.isEmpty else { return }
    let wanted = read.material.certificates.compactMap {
      KeyPairing.publicKey(ofCertificate: $0.der)
    }
    var keys = try environment.certificates.keys(service.name)
    defer { for index in keys.indices { wipe(&keys[index]) } }
    for key in keys {
      let input = MaterialInput(bytes: key, file: "the key of the request")
      let found = environment.readMaterial([input], nil).material.keys
      read.material.keys += found.filter { wanted.contains($0.publicKey) }
      guard read.material.keys.isEmpty else { return }
    }
  }

  private func refuse(_ problems: [Reason], _ environment: Environment) -> ExitStatus {
    let isOnlyWorse =
      !problems.isEmpty && problems.allSatisfy { Judgement.heldCodes.contains($0.code) }
    environment.complain("supervisord-ec: refused, nothing was changed")
    environment.complain(
      isOnlyWorse
        ? "  If you want it all the same: add --replace-anyway"
        : "  Mend what is named above; try without importing: supervisord-ec certificate check")
    return .refused
  }

  /// Agents that check against public CAs would be locked out by a private one.
  private func judgeTrust(
    _ new: CertificateKeeper.Import, _ circumstances: CertificateKeeper.Circumstances
  ) throws {
    guard circumstances.trustedCommunication, new.certificate.issuer != .publicCA,
      !turnOffTrustedCommunication
    else { return }
    throw CommandProblem(
      .refused,
      "refused, nothing was changed: agents.trusted_communication is on and needs a public CA's"
        + " certificate, but a private CA issued this one",
      next: "Import a public CA's certificate, or add --turn-off-trusted-communication")
  }
}
