internal import COpenSSL

/// Picks the server's certificate among those that were given in any order.
///
/// The one that a given key belongs to; else one that issued none of the others. Of several, the
/// one that is no CA's, then the valid, then the newest, then the first.
struct LeafChoice {
  /// The server's certificate; nil if none was given.
  let leaf: Certificate?

  init(_ given: [Certificate], keys: [CertificateMaterial.FoundKey], now: Int) {
    let issuers = Set(
      given.filter { !$0.isSelfIssued }.map(\.issuerHash))
    var best: (rank: [Int], certificate: Certificate)?
    for certificate in given {
      let isPaired = keys.contains { certificate.hasPublicKey($0.publicKey) }
      let isIssuer =
        issuers.contains(certificate.subjectHash)
        && given.contains { other in
          other !== certificate && other.issuerHash == certificate.subjectHash
            && other.subjectHash != certificate.subjectHash
        }
      let rank = [
        isPaired && !isIssuer ? 1 : 0, isIssuer ? 0 : 1, certificate.saysCA ? 0 : 1,
        // Which of two renewals of one certificate is meant; strangers keep their order.
        isPaired && certificate.isValid(at: now) ? 1 : 0,
        isPaired ? certificate.notBefore ?? 0 : 0,
      ]
      if let known = best, !known.rank.lexicographicallyPrecedes(rank) { continue }
      best = (rank, certificate)
    }
    leaf = best?.certificate
  }
}

extension Certificate {
  /// Whether a public key (SubjectPublicKeyInfo, DER) is this certificate's.
  func hasPublicKey(_ publicKey: [UInt8]) -> Bool {
    guard let key, publicKey.count <= CertificateLimits.certificateBytes else { return false }
    defer { LibraryErrors.discard() }
    let other = unsafe publicKey.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var position = buffer.baseAddress
      return unsafe d2i_PUBKEY(nil, &position, buffer.count)
    }
    guard let other = unsafe other else { return false }
    defer { unsafe EVP_PKEY_free(other) }
    return unsafe EVP_PKEY_eq(key.raw, other) == 1
  }
}
