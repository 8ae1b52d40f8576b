extension SubjectName {
  /// Validates the names of one certificate: 1 to 100; doubles are dropped.
  ///
  /// Throws `names-missing`, `names-too-many`, `name-invalid`, `name-not-ascii`.
  static func list(_ names: [String]) throws(CertificateError) -> [SubjectName] {
    guard !names.isEmpty else {
      throw CertificateError(
        code: "names-missing", reason: "a certificate needs at least one name or address",
        call: "name check")
    }
    guard names.count <= CertificateLimits.names else {
      throw CertificateError(
        code: "names-too-many",
        reason: "\(names.count) names: at most \(CertificateLimits.names) are accepted",
        call: "name check")
    }
    var subjects: [SubjectName] = []
    for name in names {
      let subject = try SubjectName(name)
      if !subjects.contains(subject) { subjects.append(subject) }
    }
    return subjects
  }
}
