/// What is asked about a certificate besides whether it is sound: facts, given by the caller.
public struct Question: Equatable, Sendable {
  /// The moment to judge for, seconds since 1970.
  public var now: Int
  /// Host names and addresses that the certificate has to be valid for; none: not judged.
  public var names: [String] = []
  /// Names that agents use today; the certificate may not drop one that the standing one has.
  public var agentNames: [String] = []
  /// Whether a private key has to be there, as in a PKCS#12 file or before an import.
  public var needsKey = false
  /// The imported or followed certificate in use; nil: none, or our own self-signed one.
  public var standing: CertificateDetails?
  /// Roots that the caller named (`--trust`); if there are any, roots among the material are
  /// ordinary certificates, else they are trusted as a private CA's.
  public var trusted: [CertificateMaterial.Found] = []
  /// The roots of this host.
  public var anchors = TrustAnchors()

  /// Asks about a moment.
  public init(now: Int) { self.now = now }
}
