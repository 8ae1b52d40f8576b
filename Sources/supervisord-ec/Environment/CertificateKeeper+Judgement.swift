internal import Certificates
internal import Generations
internal import Planner

/// What an imported and a followed certificate are both judged by.
extension CertificateKeeper.Circumstances {
  /// The question that follows from the circumstances.
  func question(
    now: UnixSeconds, trusted: [CertificateMaterial.Found] = [], anchors: TrustAnchors
  ) -> Question {
    var question = Question(now: now)
    question.names = certificate.names ?? serverNames
    question.agentNames = serverNames
    question.needsKey = true
    question.standing = standing
    question.trusted = trusted
    question.anchors = anchors
    return question
  }
}

extension CertificateKeeper.Import {
  /// What is to be kept; nil: something is missing, and a reason of the judgement says so.
  init?(_ judgement: Judgement, _ material: CertificateMaterial, now: UnixSeconds) throws {
    guard let index = judgement.keyIndex, let certificate = judgement.facts(now: now) else {
      return nil
    }
    let key = material.keys[index]
    self.init(
      certificate: certificate, chain: try certificatePEM(ders: judgement.chain),
      key: try privateKeyPEM(pkcs8: key.pkcs8),
      publicKey: KeyPairing.sha256(ofPublicKey: key.publicKey))
  }
}

extension Judgement {
  /// What is known of the certificate, if a CA issued it.
  func facts(now: UnixSeconds) -> CertificateFacts? {
    guard let details, let authority, let issuer = CertificateIssuer(rawValue: authority.rawValue),
      issuer != .selfSigned
    else { return nil }
    return CertificateFacts(
      sha256: details.sha256, notBefore: details.notBefore, notAfter: details.notAfter,
      names: details.names, madeAt: now, issuer: issuer)
  }
}

extension CertificateKeeper {
  /// Names that somebody asks a server for, patterns and wildcards left out.
  static func plainNames(_ serverNames: [String]) -> [String] {
    serverNames.filter { $0.contains(".") && !$0.hasPrefix("~") && !$0.contains("*") }
  }

  /// The imported or followed certificate that is served now; nil: none, or one of our own.
  static func standing(_ store: ServiceStore) throws -> CertificateDetails? {
    guard let current = store.current(), current.certificateTarget.source.isBrought
    else { return nil }
    var pair = try store.chainAndKey(of: current.number)
    wipe(&pair.key)
    return try inspect(pem: pair.chain)
  }
}
