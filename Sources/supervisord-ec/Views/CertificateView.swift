internal import Coordinator
internal import Planner

/// The certificate for people: how long it lasts, and what to compare with the browser's warning.
struct CertificateView {
  let certificate: StatusReport.Certificate
  let clock: Clock
  let terminal: Terminal

  /// Whole days left now; the daemon's number if its end cannot be read.
  var daysLeft: Int {
    Timestamp.parse(certificate.notAfter).map(clock.daysLeft) ?? certificate.daysLeft
  }

  /// `336 days left`, `ends within a day` or `expired 3 days ago`.
  var daysText: String {
    switch daysLeft {
    case ..<0:
      Timestamp.parse(certificate.notAfter).map { "expired \(clock.relative($0))" } ?? "expired"
    case 0: "ends within a day"
    case 1: "1 day left"
    default: "\(daysLeft) days left"
    }
  }

  /// Green until the usual renewal window, red once expired.
  var style: Style {
    switch daysLeft {
    case ..<0: .bad
    case ..<Self.usualRenewalDays: .busy
    default: .good
    }
  }

  /// How much of its validity is left.
  ///
  /// Only an expired one shows no full cell.
  var bar: Piece {
    guard let start = Timestamp.parse(certificate.notBefore),
      let end = Timestamp.parse(certificate.notAfter), end > start, clock.now < end
    else { return Piece(terminal.bar(full: 0), style) }
    let share = Double(end - max(clock.now, start)) / Double(end - start)
    let full = (share * Double(Terminal.barCells)).rounded(.up)
    return Piece(terminal.bar(full: Int(full)), style)
  }

  /// `self-signed`, or `imported, from a public CA`.
  var origin: String {
    switch certificate.issuer {
    case "self-signed": "self-signed"
    case "public-ca": "\(certificate.source), from a public CA"
    case "private-ca": "\(certificate.source), from a private CA"
    default: "\(certificate.source), \(certificate.issuer)"
    }
  }

  /// The SHA-256 as browsers and openssl(1) show it: upper case, colons.
  ///
  /// All 32 bytes in one line.
  var fingerprint: String { Self.pairs(certificate.sha256).joined(separator: ":") }

  /// The same in two lines of 16 bytes, as browsers wrap it.
  var wrappedFingerprint: [String] {
    let pairs = Self.pairs(certificate.sha256)
    return stride(from: 0, to: pairs.count, by: 16).map { start in
      let end = min(start + 16, pairs.count)
      return pairs[start..<end].joined(separator: ":") + (end < pairs.count ? ":" : "")
    }
  }

  private static func pairs(_ hexadecimal: String) -> [String] {
    let digits = Array(hexadecimal.uppercased())
    return stride(from: 0, to: digits.count, by: 2).map { start in
      String(digits[start..<min(start + 2, digits.count)])
    }
  }

  /// Default of `renewal_window`, in days.
  private static let usualRenewalDays = 30
}
