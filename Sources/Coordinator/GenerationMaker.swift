internal import Certificates
internal import Files
public import Generations
public import Planner

/// Writes the generation that an order asks for: with a new key in the short-lived `stage` and
/// `prepare`, else in the daemon too.
public struct GenerationMaker {
  private let paths: HostPaths
  private let store: ServiceStore
  private let adoption: Adoption
  private let now: UnixSeconds

  /// Makes generations of the service that `adoption` describes.
  public init(paths: HostPaths, adoption: Adoption, now: UnixSeconds) {
    self.paths = paths
    store = ServiceStore(root: paths.state, name: adoption.name)
    self.adoption = adoption
    self.now = now
  }

  /// Makes certificate and configuration and writes them durably; links are left alone.
  ///
  /// The caller holds the service's lock. Errors are lines that say what, where and why.
  public func make(_ order: StageOrder, current: GenerationFacts?) throws -> GenerationFacts {
    let profile = try Profile.load(name: order.listen.profile, root: paths.profiles)
    var material = try material(order, current: current)
    defer { wipe(&material.key) }
    let path = store.path(of: store.nextNumber())
    let rendered = try profile.render(
      order.listen, generationPath: path, publicPath: store.publicDirectory,
      serverNames: adoption.serverNames)
    return try store.write(
      NewGeneration(
        listen: order.listen, certificateTarget: material.target,
        certificate: material.facts, chainPEM: material.chain, keyPEM: material.key,
        rendered: rendered, createdAt: now, why: order.why))
  }

  private struct Material {
    var chain: [UInt8]
    var key: [UInt8]
    var facts: CertificateFacts
    var target: CertificateTarget
  }

  private func material(_ order: StageOrder, current: GenerationFacts?) throws -> Material {
    if let current, !order.newCertificate {
      let kept = try store.chainAndKey(of: current.number)
      return Material(
        chain: kept.chain, key: kept.key, facts: current.certificate,
        target: current.certificateTarget)
    }
    if order.certificate.source.isBrought {
      let imported = try store.chainAndKey(ofImport: order.certificate.imported ?? "")
      return Material(
        chain: imported.chain, key: imported.key, facts: imported.certificate,
        target: order.certificate)
    }
    let names = order.certificate.names ?? HostNames.current()
    guard let key = KeyAlgorithm(rawValue: order.certificate.key.rawValue) else {
      throw CertificateError(
        code: "key-unknown", reason: "no way to make a \(order.certificate.key.rawValue) key",
        call: "")
    }
    let issued = try SelfSigned.make(
      names: names, key: key, lifetimeSeconds: order.lifetime, now: now)
    return Material(
      chain: issued.certificatePEM, key: issued.privateKeyPEM,
      facts: CertificateFacts(
        sha256: issued.details.sha256, notBefore: issued.details.notBefore,
        notAfter: issued.details.notAfter, names: issued.details.names, madeAt: now),
      target: order.certificate)
  }
}
