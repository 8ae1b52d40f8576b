/// What is to be said of a certificate: each reason against it at once, and each check it passed.
///
/// Decides nothing beyond that: who holds, imports or follows it is not known here.
public struct Judgement: Equatable, Sendable {
  /// Whose root the chain ends in.
  public enum Authority: String, Sendable {
    /// A root that Debian ships and this host has enabled.
    case publicCA = "public-ca"
    /// A root that an administrator added.
    case privateCA = "private-ca"
    /// None: it is signed with its own key.
    case selfSigned = "self-signed"
  }

  /// A check that found nothing wrong.
  public struct Passed: Equatable, Sendable {
    /// The code of the reason that was looked for.
    public var code: String
    /// What was found good, in a few words.
    public var text: String
  }

  /// Codes that only say that something better would be replaced; an administrator may insist.
  public static let heldCodes: Set<String> = ["drops-agent-name", "ends-sooner", "older"]

  /// Refusals and remarks, the refusals first; each names its input where one is to blame.
  public internal(set) var reasons: [Reason] = []
  /// The checks that were passed, in the order in which they are documented.
  public internal(set) var passed: [Passed] = []
  /// What to serve, DER: the certificate, then its intermediates in order, without the root.
  public internal(set) var chain: [[UInt8]] = []
  /// The root that the chain ends in, DER; nil if it reaches none.
  public internal(set) var root: [UInt8]?
  /// Where in the material the certificate's key lies; nil if it is not among it.
  public internal(set) var keyIndex: Int?
  /// Whose root; nil if the chain reaches none.
  public internal(set) var authority: Authority?
  /// The certificate itself; nil if there is none that can be read.
  public internal(set) var details: CertificateDetails?

  init() {}

  /// Whether no reason refuses.
  public var isAccepted: Bool { !reasons.contains { $0.weight == .refusal } }

  /// The codes of the checks that were passed.
  public var checked: [String] { passed.map(\.code) }

  /// Judges what was read by RFC 5280 and RFC 9525.
  ///
  /// Ends in well under two seconds whatever comes in (`CertificateLimits`).
  public static func of(_ material: CertificateMaterial, _ question: Question) -> Judgement {
    Judge(material, question).judge()
  }
}
