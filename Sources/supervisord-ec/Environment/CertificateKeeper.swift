internal import Certificates
internal import Files
internal import Generations
internal import Planner

/// Where imported certificates and requests are kept: the folders of the services.
struct CertificateKeeper: Sendable {
  var paths = HostPaths()

  /// An import that was accepted.
  struct Import: Equatable {
    var certificate: CertificateFacts
    /// The certificate and its intermediates, PEM.
    var chain: [UInt8]
    /// PKCS#8, PEM; the caller wipes it.
    var key: [UInt8]
    /// The public key of the pending request that it answers.
    var answers: String?
  }

  /// A request that was made.
  struct Request: Equatable {
    var facts: CertificateRequestFacts
    /// PKCS#10, PEM.
    var request: [UInt8]
    /// PKCS#8, PEM; the caller wipes it.
    var key: [UInt8]
  }

  /// Keeps an import, whole or not at all.
  func keep(_ new: Import, _ name: String) throws {
    try write(name) { store throws(FileError) in
      try store.writeImport(new.certificate, chainPEM: new.chain, keyPEM: new.key)
    }
  }

  /// Forgets the request that was answered, and imports that are long replaced.
  func tidy(_ name: String, after new: Import, keeping: Set<String>) throws {
    try write(name) { store throws(FileError) in
      if let answered = new.answers { try store.removeRequest(answered) }
      try store.pruneImports(keeping: keeping.union([new.certificate.sha256]))
    }
  }

  /// Keeps a request with its key.
  func keep(_ new: Request, _ name: String) throws {
    try write(name) { store throws(FileError) in
      try store.writeRequest(new.facts, requestPEM: new.request, keyPEM: new.key)
    }
  }

  /// The keys of pending requests by the SHA-256 of their public key; the caller wipes them.
  func requestKeys(_ name: String) throws -> [(publicKey: String, key: [UInt8])] {
    try OwnerRights.with {
      let store = ServiceStore(root: paths.state, name: name)
      return store.certificateRequests().compactMap { request in
        (try? store.key(ofRequest: request.publicKey)).map { (request.publicKey, $0) }
      }
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
