import Planner

/// Certificates that others issued: imported by hand, or kept in files that are followed.
struct BroughtCertificates {
  /// What is kept on disk of them, by SHA-256: only what was accepted is.
  var kept: [String: CertificateFacts] = [:]
  /// The record of the followed files.
  var followed: FollowedFacts?
  /// Those that an administrator insisted on, or that were no worse than the one before.
  var accepted: Set<String> = []
}

extension World {
  static let followedFiles = FollowedFiles(certificate: "/live/chain.pem", keyFile: "/live/key.pem")

  private static let lifetimes = [6, 47, 90, 365].map { $0 * Limits.day }

  /// Somebody brings a certificate, takes one back, or what keeps followed files writes them.
  mutating func bring(_ random: inout SplitMix64) -> String {
    let lifetime = random.pick(Self.lifetimes)
    switch Int.random(in: 0..<13, using: &random) {
    case 0...2:
      importNow(issue(lifetime: lifetime))
      return "a certificate is imported for \(Timestamp.spanText(lifetime))"
    case 10...11:
      let wait = random.pick([3600, Limits.day, 5 * Limits.day, 40 * Limits.day])
      importNow(issue(lifetime: max(lifetime, 2 * wait)), from: realtime + wait)
      return "one is imported, to be served in \(Timestamp.spanText(wait))"
    case 12: return changeWaiting(withdraws: random.chance(500))
    case 3:
      draft.settings.certificate.source = .selfSigned
      digest += 1
      return "certificate.source = self-signed"
    case 4:
      guard let sha256 = draft.settings.certificate.imported else { return "nothing" }
      brought.kept[sha256] = nil
      return "the imported certificate is lost"
    case 5:
      draft.settings.certificate.source = .followed
      draft.settings.certificate.followed = Self.followedFiles
      digest += 1
      return "certificate.source = followed"
    case 6:
      let kinds: [FollowedFinding.Kind] = [.mismatch, .incomplete, .unreadable, .refused]
      find(random.pick(kinds), nil)
      return "the followed files are no good"
    default:
      let certificate = issue(lifetime: lifetime)
      let insists = random.chance(200)
      write(followed: certificate, insists: insists)
      let how = brought.accepted.contains(certificate.sha256) ? "accepted" : "held"
      return "followed files for \(Timestamp.spanText(lifetime)), \(how)"
    }
  }

  /// A CA issues one, by the right time.
  private mutating func issue(lifetime: Seconds) -> CertificateFacts {
    serial += 1
    return CertificateFacts(
      sha256: "brought \(serial)", notBefore: rightTime - 3600, notAfter: rightTime + lifetime,
      names: ["host"], madeAt: realtime, issuer: .publicCA)
  }

  /// `from`: when it is to be served; nil: at once.
  private mutating func importNow(_ certificate: CertificateFacts, from: UnixSeconds? = nil) {
    accept(certificate)
    draft.settings.certificate.source = .imported
    draft.settings.certificate.imported = certificate.sha256
    draft.settings.certificate.activateAt = from
    digest += 1
  }

  /// The import that waits is served at once, or taken back.
  private mutating func changeWaiting(withdraws: Bool) -> String {
    guard draft.settings.certificate.source == .imported,
      draft.settings.certificate.activateAt != nil,
      let present = current.flatMap({ generations[$0] })?.certificate,
      present.sha256 != draft.settings.certificate.imported
    else { return "nothing" }
    draft.settings.certificate.activateAt = nil
    digest += 1
    guard withdraws else { return "the import that waits is wanted now" }
    draft.settings.certificate.source = present.issuer == nil ? .selfSigned : .imported
    draft.settings.certificate.imported = present.issuer == nil ? nil : present.sha256
    return "the import that waits is taken back"
  }

  private mutating func accept(_ certificate: CertificateFacts) {
    brought.kept[certificate.sha256] = certificate
    brought.accepted.insert(certificate.sha256)
  }

  /// What the intake makes of them: one that ends sooner is held, unless somebody insists.
  private mutating func write(followed certificate: CertificateFacts, insists: Bool) {
    if let before = brought.followed?.accepted, certificate.notAfter < before.notAfter,
      !insists
    {
      return find(.held, certificate)
    }
    accept(certificate)
    brought.followed = FollowedFacts(
      files: Self.followedFiles, accepted: certificate)
  }

  private mutating func find(_ kind: FollowedFinding.Kind, _ certificate: CertificateFacts?) {
    var facts = brought.followed ?? FollowedFacts(files: Self.followedFiles)
    facts.finding = FollowedFinding(
      kind, code: kind.rawValue, text: "it is \(kind.rawValue)", since: realtime,
      certificate: certificate)
    brought.followed = facts
  }

  /// The administrator sees to it that what is to be served is there and lasts.
  mutating func mendBrought() {
    let isLasting = wantedBrought.map { $0.notAfter - rightTime > 100 * Limits.day } ?? false
    switch draft.settings.certificate.source {
    case .selfSigned: return
    // One that waits for weeks has them.
    case .imported where isWaiting: return
    case .imported: if !isLasting { importNow(issue(lifetime: 200 * Limits.day)) }
    case .followed:
      guard !isLasting || brought.followed?.finding != nil else { return }
      write(followed: issue(lifetime: 200 * Limits.day), insists: true)
    }
  }

  /// Whether an import waits for its moment, by the settings.
  var isWaiting: Bool {
    guard draft.settings.certificate.source == .imported, wantedBrought != nil else { return false }
    return draft.settings.certificate.activateAt.map { $0 > realtime } ?? false
  }

  /// The one that the settings ask for, if it is whole on disk; nil: none, or one made here.
  var wantedBrought: CertificateFacts? {
    let settings = draft.settings.certificate
    switch settings.source {
    case .selfSigned: return nil
    case .imported: return settings.imported.flatMap { brought.kept[$0] }
    case .followed: return brought.followed?.accepted.flatMap { brought.kept[$0.sha256] }
    }
  }

  /// What the disk says of them, by the settings in force.
  func observeBrought(_ settings: ServiceSettings?, in observation: inout Observation) {
    guard let certificate = settings?.certificate else { return }
    if certificate.source == .imported {
      observation.imported = certificate.imported.flatMap { brought.kept[$0] }
    }
    guard certificate.source == .followed, var facts = brought.followed else { return }
    facts.accepted = facts.accepted.flatMap { brought.kept[$0.sha256] }
    observation.followed = facts
  }
}
