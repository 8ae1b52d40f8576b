public import Planner

/// The contents of a generation that is about to be written.
public struct NewGeneration: Sendable {
  /// What the configuration was rendered from.
  public var listen: ListenTarget
  /// What the certificate was made from.
  public var certificateTarget: CertificateTarget
  /// The certificate at the head of the chain.
  public var certificate: CertificateFacts
  /// The certificate and its issuers, PEM.
  public var chainPEM: [UInt8]
  /// The private key, PEM; written with mode 0600 from birth.
  public var keyPEM: [UInt8]
  /// The rendered files by name, from `Profile.render` with the path of `ServiceStore.nextNumber`.
  public var rendered: [String: [UInt8]]
  /// Now.
  public var createdAt: UnixSeconds
  /// Why it is made, one short sentence.
  public var why: String

  /// Makes the contents of a generation.
  public init(
    listen: ListenTarget, certificateTarget: CertificateTarget, certificate: CertificateFacts,
    chainPEM: [UInt8], keyPEM: [UInt8], rendered: [String: [UInt8]], createdAt: UnixSeconds,
    why: String
  ) {
    self.listen = listen
    self.certificateTarget = certificateTarget
    self.certificate = certificate
    self.chainPEM = chainPEM
    self.keyPEM = keyPEM
    self.rendered = rendered
    self.createdAt = createdAt
    self.why = why
  }
}
