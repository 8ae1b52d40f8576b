internal import Certificates

/// What reading and judging said together, for people and for programs.
struct CertificateVerdict {
  /// Refusals, then remarks.
  var reasons: [Reason]
  var passed: [Judgement.Passed] = []
  var authority: Judgement.Authority?
  var details: CertificateDetails?

  init(reasons: [Reason]) { self.reasons = reasons }

  /// Puts them together: what one said need not be said again, and what either refuses is not
  /// passed.
  init(_ read: [Reason], _ judgement: Judgement) {
    // A key that could not be opened is not missing.
    let isLocked = read.contains { $0.weight == .refusal }
    let judged = judgement.reasons.filter { reason in
      let isSaid = read.contains { $0.code == reason.code && $0.weight == reason.weight }
      return reason.code != "key-missing" || !(isSaid || isLocked)
    }
    let kept = read.filter { reason in
      reason.weight == .refusal || !judged.contains { $0.code == reason.code }
    }
    let all = kept + judged
    reasons = all.filter { $0.weight == .refusal } + all.filter { $0.weight == .remark }
    let refused = Set(problems.map(\.code))
    passed = judgement.passed.filter { !refused.contains($0.code) }
    authority = judgement.authority
    details = judgement.details
  }

  var problems: [Reason] { reasons.filter { $0.weight == .refusal } }
  var isAccepted: Bool { problems.isEmpty }

  /// The answer for programs.
  var json: JSONValue {
    let remarks = reasons.filter { $0.weight == .remark }
    return .object([
      .init("accepted", .bool(isAccepted)),
      .init("problems", .array(problems.map(Self.json))),
      .init("remarks", .array(remarks.map(Self.json))),
      .init("checked", .strings(passed.map(\.code))),
      .init("issuer", .optional(authority?.rawValue)),
    ])
  }

  private static func json(_ reason: Reason) -> JSONValue {
    .object([
      .init("code", .string(reason.code)),
      .init("file", .optional(reason.file)),
      .init("key", .null),
      .init("found", .optional(reason.found)),
      .init("expected", .optional(reason.expected)),
      .init("text", .string(reason.text)),
    ])
  }

  /// One line for each check that was passed, then one for each problem and remark.
  func lines(_ clock: Clock) -> [Line] {
    let good = passed.map { Line(Piece("ok       ", .good), Piece($0.text)) }
    let bad = reasons.map { reason in
      let isRefusal = reason.weight == .refusal
      let file = reason.file.flatMap { reason.text.contains($0) ? nil : "\"\($0)\": " }
      return Line(
        Piece(isRefusal ? "problem  " : "remark   ", isRefusal ? .bad : .busy),
        Piece((file ?? "") + reason.text), Piece(" [\(reason.code)]", .dim))
    }
    return good + bad + [Line(Piece(summary, .bold))]
  }

  private var summary: String {
    let count = problems.count
    guard count == 0 else {
      return "It would be refused: \(count) problem\(count == 1 ? "" : "s")."
    }
    let whose =
      switch authority {
      case .publicCA: " A public CA issued it."
      case .privateCA: " A private CA issued it."
      case .selfSigned, nil: ""
      }
    return "It would be taken.\(whose)"
  }
}
