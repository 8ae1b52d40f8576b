internal import Certificates
internal import Files
internal import Generations
internal import Planner

extension FollowedIntake {
  /// What came of one look at the files.
  struct Judged {
    var facts: FollowedFacts
    /// What is to be kept; nil: nothing was accepted.
    var accepted: CertificateKeeper.Import?

    mutating func wipe() {
      guard var key = accepted?.key else { return }
      accepted = nil
      Certificates.wipe(&key)
    }
  }

  /// Judges what the files hold, as an import is judged.
  func judge(
    _ content: FollowedContent, files: FollowedFiles, before: FollowedFacts?, insists: Bool
  ) -> Judged {
    var facts = FollowedFacts(files: files, accepted: before?.accepted)
    func found(_ finding: FollowedFinding) -> Judged {
      facts.finding = finding.going(onFrom: before?.finding)
      return Judged(facts: facts)
    }
    if let finding = problem(of: content, files) { return found(finding) }
    var read = CertificateMaterial.read(inputs(content, files), password: nil)
    defer { read.material.wipeKeys() }
    var circumstances = CertificateKeeper.Circumstances()
    circumstances.certificate = settings.certificate
    circumstances.serverNames = serverNames
    circumstances.standing = (try? CertificateKeeper.standing(store)) ?? nil
    let judgement = Judgement.of(
      read.material, circumstances.question(now: now, anchors: anchors()))
    let problems = CertificateVerdict(read.reasons, judgement).problems
    let certificate = judgement.facts(now: now)
    // What was insisted on once is not held again for another reason to look.
    let isKnown = certificate != nil && certificate?.sha256 == before?.accepted?.sha256
    if let finding = finding(problems, certificate, isWelcome: insists || isKnown) {
      return found(finding)
    }
    do {
      guard
        let new = try CertificateKeeper.Import(judgement, read.material, now: now)
      else {
        return found(finding("refused", "the certificate is none that a CA issued"))
      }
      if !isKnown { facts.accepted = new.certificate }
      return Judged(facts: facts, accepted: new)
    } catch {
      return found(finding("damaged", "\(error)"))
    }
  }

  /// Why what was read is not to be taken; nil: it is.
  private func finding(
    _ problems: [Reason], _ certificate: CertificateFacts?, isWelcome: Bool
  ) -> FollowedFinding? {
    var problems = problems
    if isWelcome { problems.removeAll { Judgement.heldCodes.contains($0.code) } }
    // A write in progress explains whatever else is wrong.
    if let reason = problems.first(where: { $0.code == "key-mismatch" }) {
      return finding(.mismatch, reason, certificate, of: problems)
    }
    if let reason = problems.first(where: { Self.incompleteCodes.contains($0.code) }) {
      return finding(.incomplete, reason, certificate, of: problems)
    }
    guard let reason = problems.first(where: { !Judgement.heldCodes.contains($0.code) }) else {
      if let reason = problems.first {
        return finding(.held, reason, certificate, of: problems)
      }
      return settings.trustedCommunication && certificate?.issuer != .publicCA
        ? untrusted(certificate) : nil
    }
    return finding(.refused, reason, certificate, of: problems)
  }

  /// Agents that check against public CAs would be locked out by a private one.
  private func untrusted(_ certificate: CertificateFacts?) -> FollowedFinding {
    FollowedFinding(
      .refused, code: "private-ca",
      text: "agents.trusted_communication is on and needs a public CA's certificate, but a private"
        + " CA issued this one: turn it off, or have a public CA issue it",
      since: now, certificate: certificate)
  }

  private func finding(
    _ kind: FollowedFinding.Kind, _ reason: Reason, _ certificate: CertificateFacts?,
    of problems: [Reason]
  ) -> FollowedFinding {
    let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
    return FollowedFinding(
      kind, code: reason.code, text: text(reason) + more, since: now, certificate: certificate)
  }

  /// Where a certificate is imported, options help that there are none of here.
  private func text(_ reason: Reason) -> String {
    guard reason.code == FollowedFinding.unknownIssuer, let found = reason.found,
      let missing = reason.expected
    else { return reason.text }
    return "the chain ends at \"\(found)\" and reaches no root that this host trusts; missing:"
      + " \"\(missing)\""
  }

  private func finding(_ code: String, _ text: String) -> FollowedFinding {
    FollowedFinding(.refused, code: code, text: text, since: now)
  }

  /// What half of a file looks like.
  private static let incompleteCodes: Set<String> = [
    "damaged", "certificate-missing", "key-missing",
  ]

  // MARK: Content

  /// What could not be read at all.
  private func problem(of content: FollowedContent, _ files: FollowedFiles) -> FollowedFinding? {
    for (path, part) in content.parts(files) {
      switch part {
      case .success(let bytes) where bytes.isEmpty:
        return FollowedFinding(
          .incomplete, code: "empty", text: "\"\(path)\" is empty", since: now)
      case .success: continue
      case .failure(let error):
        return unread(path, error)
      }
    }
    return nil
  }

  private func unread(_ path: String, _ error: FileError) -> FollowedFinding {
    if let hidden = FollowedContent.hiddenFolder(of: path), !isHandedOver {
      return FollowedFinding(
        .unreadable, code: "hidden",
        text: "\"\(path)\" cannot be seen: systemd hides \"\(hidden.folder)\" from the daemon"
          + " (\(hidden.option))", since: now)
    }
    return FollowedFinding(
      error.isMissing ? .incomplete : .unreadable,
      code: error.isMissing ? "missing" : error.code == 0 ? "too-large" : "unreadable",
      text: "\"\(path)\" cannot be read: \(error.reason)", since: now)
  }

  private func inputs(_ content: FollowedContent, _ files: FollowedFiles) -> [MaterialInput] {
    content.parts(files).compactMap { path, part in
      (try? part.get()).map { MaterialInput(bytes: $0, file: path) }
    }
  }
}

extension FollowedFinding {
  /// The same with the moment since which it stands, if it stood before.
  func going(onFrom before: FollowedFinding?) -> FollowedFinding {
    guard let before, before.kind == kind || (before.mayPass && mayPass) else { return self }
    var result = self
    result.since = min(before.since, since)
    return result
  }
}
