/// Works out one judgement: reads, picks the certificate, and asks each check.
///
/// Stops at nothing: what one check finds does not keep the next from looking.
struct Judge {
  let material: CertificateMaterial
  let question: Question
  var result = Judgement()

  init(_ material: CertificateMaterial, _ question: Question) {
    self.material = material
    self.question = question
  }

  /// Judges.
  consuming func judge() -> Judgement {
    let given = parse(material.certificates, .given, limit: CertificateLimits.certificates)
    let limit = CertificateLimits.certificates
    let trusted = parse(question.trusted, .trusted, limit: limit)
    guard let leaf = LeafChoice(given, keys: material.keys, now: question.now).leaf else {
      if result.reasons.isEmpty { refuse(.certificateMissing) }
      return result
    }
    // Before the key, so that the reasons are in the order of the documentation.
    result.details = try? CertificateDetails(of: leaf.object)
    if result.reasons.isEmpty {
      pass("damaged", "every certificate can be read")
      pass("too-large", "nothing is too large")
    }
    judgeKeys(leaf)
    judgeNames(leaf)
    judgePath(leaf, given: given, trusted: trusted)
    judgeAgainstStanding()
    // What a later check refuses was not passed in an earlier one.
    let refused = Set(result.reasons.filter { $0.weight == .refusal }.map(\.code))
    result.passed.removeAll { refused.contains($0.code) }
    result.reasons =
      result.reasons.filter { $0.weight == .refusal }
      + result.reasons.filter { $0.weight == .remark }
    return result
  }

  /// Parses what was found; what cannot be read, or is too much, is a reason.
  private mutating func parse(
    _ found: [CertificateMaterial.Found], _ origin: Certificate.Origin, limit: Int
  ) -> [Certificate] {
    if found.count > limit {
      add(.tooManyCertificates(found.count, file: found.last?.file))
    }
    return found.prefix(limit).compactMap { one in
      if one.der.count > CertificateLimits.certificateBytes {
        add(.certificateTooLarge(one.der.count, file: one.file))
        return nil
      }
      guard let certificate = Certificate(one, origin) else {
        add(.unreadable(file: one.file))
        return nil
      }
      return certificate
    }
  }

  /// Adds a refusal or a remark, the same one once.
  mutating func add(_ reason: Reason) {
    if !result.reasons.contains(reason) { result.reasons.append(reason) }
  }

  mutating func refuse(_ reason: Reason) { add(reason) }

  /// Notes a check that found nothing.
  mutating func pass(_ code: String, _ text: String) {
    let isRefused = result.reasons.contains { $0.code == code && $0.weight == .refusal }
    if !isRefused { result.passed.append(.init(code: code, text: text)) }
  }
}
