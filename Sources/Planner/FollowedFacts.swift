/// The files of a certificate that something else keeps.
public struct FollowedFiles: Codable, Equatable, Sendable {
  /// The certificate and its chain, or a bundle with the key in it; an absolute path.
  public var certificate: String
  /// The key; may be the same file.
  public var keyFile: String

  /// Names the files.
  public init(certificate: String, keyFile: String) {
    self.certificate = certificate
    self.keyFile = keyFile
  }

  /// Both, or the one that is both.
  public var paths: [String] {
    certificate == keyFile ? [certificate] : [certificate, keyFile]
  }
}

/// What was found in followed files and what came of it; also the record of it on disk.
public struct FollowedFacts: Codable, Equatable, Sendable {
  /// The files that it speaks of; for others it does not count.
  public var files: FollowedFiles
  /// The newest certificate that was accepted: it is to be served, and kept as an import is.
  public var accepted: CertificateFacts?
  /// Why what the files hold is not what is to be served; nil: it is.
  public var finding: FollowedFinding?

  /// Makes facts.
  public init(
    files: FollowedFiles, accepted: CertificateFacts? = nil,
    finding: FollowedFinding? = nil
  ) {
    self.files = files
    self.accepted = accepted
    self.finding = finding
  }
}

/// Why what followed files hold is not taken.
public struct FollowedFinding: Codable, Equatable, Sendable {
  /// What stands in the way.
  public enum Kind: String, Codable, Sendable {
    /// Something is missing or cut short: perhaps it is being written.
    case incomplete
    /// Certificate and key do not belong together: perhaps one of them is still to be written.
    case mismatch
    /// They cannot be read at all, for want of rights for example.
    case unreadable
    /// The certificate would be refused as an import.
    case refused
    /// Something better would be replaced by something worse; an administrator may insist.
    case held
  }

  /// What stands in the way.
  public var kind: Kind
  /// The stable code of the first reason, as `certificate check` gives it.
  public var code: String
  /// What is wrong, in one line, without what to do.
  public var text: String
  /// Since when this stands in the way.
  public var since: UnixSeconds
  /// The certificate, if one could be read.
  public var certificate: CertificateFacts?

  /// Makes a finding.
  public init(
    _ kind: Kind, code: String, text: String, since: UnixSeconds,
    certificate: CertificateFacts? = nil
  ) {
    self.kind = kind
    self.code = code
    self.text = text
    self.since = since
    self.certificate = certificate
  }

  /// The code of a chain that reaches no known root.
  public static let unknownIssuer = "chain-incomplete"

  /// Whether it may pass by itself, as the end of a write does.
  public var mayPass: Bool { kind == .incomplete || kind == .mismatch }

  /// When it counts at last: a write in progress is none any more.
  public var countsAt: UnixSeconds { mayPass ? since + Limits.followedSettling : since }
}
