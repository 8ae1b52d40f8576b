internal import Certificates
internal import Files
internal import Generations
internal import Planner
internal import Settings

/// Where imported certificates and requests are kept: the folders of the services.
struct CertificateKeeper: Sendable {
  var paths = HostPaths()
  var settings = SettingsAccess()

  /// An import that was accepted.
  struct Import: Equatable {
    var certificate: CertificateFacts
    /// The certificate and its intermediates, PEM.
    var chain: [UInt8]
    /// PKCS#8, PEM; the caller wipes it.
    var key: [UInt8]
    /// SHA-256 of its public key: names the pending request that it answers.
    var publicKey: String
  }

  /// A request that was made.
  struct Request: Equatable {
    var facts: CertificateRequestFacts
    /// PKCS#10, PEM.
    var request: [UInt8]
    /// PKCS#8, PEM; the caller wipes it.
    var key: [UInt8]
  }

  /// What an import is judged by.
  struct Circumstances: Equatable {
    /// The settings in force.
    var certificate = CertificateSettings()
    var trustedCommunication = false
    /// The names that the server is asked for, wildcards and patterns left out.
    var serverNames: [String] = []
    /// Which certificate the service runs on; nil: none yet.
    var present: Present?
    /// The imported or followed certificate that is served now.
    var standing: CertificateDetails?
  }

  /// The certificate that a service runs on.
  struct Present: Equatable {
    var sha256: String
    var source: CertificateSource
  }

  /// Whether this process may keep keys.
  func mayKeep() -> Bool { OwnerRights.areThere }

  /// What is known of a service from its files.
  func circumstances(_ name: String) -> Circumstances {
    var result = Circumstances()
    if case .valid(let valid) = loadSettings(name: name, folders: settings.folders).outcome {
      result.certificate = valid.certificate
      result.trustedCommunication = valid.trustedCommunication
    }
    let adoption = try? AdoptionStore(root: paths.adopted).read(name)
    result.serverNames = Self.plainNames(adoption?.serverNames ?? [])
    let store = ServiceStore(root: paths.state, name: name)
    let current = (try? OwnerRights.with { store.current() }) ?? nil
    result.present = current.map {
      Present(sha256: $0.certificate.sha256, source: $0.certificateTarget.source)
    }
    result.standing = try? OwnerRights.with { try Self.standing(store) }
    return result
  }

  /// Keeps an import, whole or not at all.
  func keep(_ new: Import, _ name: String) throws {
    try write(name) { store throws(FileError) in
      try store.writeImport(new.certificate, chainPEM: new.chain, keyPEM: new.key)
    }
  }

  /// Forgets the request that was answered, and imports that are long replaced.
  func tidy(_ new: Import, _ name: String) throws {
    try write(name) { store throws(FileError) in
      try store.removeRequest(new.publicKey)
      let current = store.current()?.certificate.sha256
      try store.pruneImports(
        keeping: Set([new.certificate.sha256] + [current].compactMap(\.self)))
    }
  }

  /// Keeps a request with its key.
  func keep(_ new: Request, _ name: String) throws {
    try write(name) { store throws(FileError) in
      try store.writeRequest(new.facts, requestPEM: new.request, keyPEM: new.key)
    }
  }

  /// The keys that a certificate without one may belong to, PEM: of requests, then of imports, as a
  /// CA may have issued anew for the key in use.
  func keys(_ name: String) throws -> [[UInt8]] {
    try OwnerRights.with {
      let store = ServiceStore(root: paths.state, name: name)
      return store.certificateRequests().compactMap { try? store.key(ofRequest: $0.publicKey) }
        + store.imports().compactMap { try? store.chainAndKey(ofImport: $0).key }
    }
  }

  private func write(
    _ name: String, _ work: (ServiceStore) throws(FileError) -> Void
  ) throws {
    try OwnerRights.with {
      do throws(FileError) {
        let store = ServiceStore(root: paths.state, name: name)
        try store.prepareFolders()
        let lock = try store.lock()
        try work(store)
        _ = consume lock
      } catch {
        throw RuntimeFolder.problem(error)
      }
    }
  }
}
