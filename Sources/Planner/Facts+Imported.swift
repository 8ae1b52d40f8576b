/// Certificates that somebody else issued.
extension Facts {
  /// What the settings ask of the certificate.
  ///
  /// For an imported one nothing but which it is counts.
  static func target(_ settings: CertificateSettings) -> CertificateTarget {
    switch settings.source {
    case .selfSigned:
      CertificateTarget(source: .selfSigned, names: settings.names, key: settings.key)
    case .imported:
      CertificateTarget(
        source: .imported, imported: settings.imported, names: nil, key: .ecdsaP256)
    case .followed:
      CertificateTarget(source: .followed, names: nil, key: .ecdsaP256)
    }
  }

  /// The certificate of somebody else that is wanted and whole on disk; nil: none is, or not yet.
  var broughtOnDisk: CertificateFacts? {
    switch settings?.certificate.source {
    case .imported: observation.imported
    case .followed: observation.followed?.accepted
    case .selfSigned, nil: nil
    }
  }

  /// What the next certificate is made from.
  ///
  /// One that is not there keeps nothing from being served, nor from being renewed.
  var orderedCertificate: CertificateTarget {
    var certificate = settings?.certificate ?? CertificateSettings()
    let isOutOfTime = [.beginsTooLate, .ended].contains(brought?.standing)
    if certificate.source.isBrought && (broughtOnDisk == nil || isOutOfTime) {
      certificate.source = .selfSigned
    }
    var target = Self.target(certificate)
    if certificate.source == .followed { target.imported = broughtOnDisk?.sha256 }
    return target
  }

  /// Whether what is served was made here, so that it can be renewed.
  var isSelfSigned: Bool { !servesBrought }

  /// Whether the current generation serves a certificate that was imported or is followed.
  var servesBrought: Bool { observation.current?.certificateTarget.source.isBrought ?? false }

  /// Whether the current generation serves a followed certificate.
  var servesFollowed: Bool { observation.current?.certificateTarget.source == .followed }

  /// What makes the certificate of another source due now; nil: it is served, or not there.
  var reasonOfSource: String? {
    guard let settings, observation.current != nil else { return nil }
    switch settings.certificate.source {
    case .selfSigned:
      return servesBrought ? "certificate.source changed to self-signed" : nil
    case .imported:
      guard let brought, brought.standing == .due else { return nil }
      return "a certificate was imported, valid until"
        + " \(Timestamp.text(brought.certificate.notAfter))"
    case .followed:
      // One that nobody takes any more is no better than what is served.
      guard let brought, brought.standing == .due, isUsable(brought.certificate)
      else { return nil }
      return "the followed certificate changed, valid until"
        + " \(Timestamp.text(brought.certificate.notAfter))"
    }
  }

  /// The spans before the end of a brought certificate at which it is told anew, longest first: a
  /// third, a sixth and a twelfth of its lifetime, 3 days and 1 day.
  static func noticeSpans(of certificate: CertificateFacts) -> [Seconds] {
    let lifetime = max(certificate.notAfter - certificate.notBefore, 0)
    let shares = [lifetime / 3, lifetime / 6, lifetime / 12]
    // What is longer than a third of a short lifetime says nothing.
    let days = [3 * Limits.day, Limits.day].filter { $0 < lifetime / 3 }
    return Set(shares + days).sorted(by: >)
  }

  /// When the next notice of a brought certificate's end is due.
  var broughtNoticeMoments: [UnixSeconds] {
    guard servesBrought, let certificate = observation.current?.certificate else { return [] }
    return (Self.noticeSpans(of: certificate) + [0]).map { certificate.notAfter - $0 }
  }
}
