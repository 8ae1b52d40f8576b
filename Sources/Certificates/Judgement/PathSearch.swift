internal import COpenSSL

/// Finds paths from a certificate to roots among what was given, in any order.
///
/// Each issuer that names, key identifiers and signature allow is tried (RFC 4158); steps, paths
/// and signatures are bounded, as many CAs of one name make exponentially many paths.
struct PathSearch {
  /// A certificate and its issuers in order.
  struct Path {
    var members: [Certificate]
    /// Whether the last one is a root that is trusted.
    var isComplete: Bool
  }

  /// Paths that end in a trusted root, in the order in which they should be tried.
  private(set) var complete: [Path] = []
  /// The longest of those that end without one.
  private(set) var incomplete: Path?
  /// Whether a bound ended the search.
  private(set) var isCutShort = false

  private let now: Int
  private let trustsGivenRoots: Bool
  private let anchors: TrustAnchors
  private var byName: [UInt: [Certificate]] = [:]
  private var readAnchors: Set<UInt> = []
  private var signatures: [Pair: Bool] = [:]
  private(set) var cost = 0

  private struct Pair: Hashable {
    var issued: Swift.ObjectIdentifier
    var issuer: Swift.ObjectIdentifier
  }

  init(_ pool: [Certificate], now: Int, trustsGivenRoots: Bool, anchors: TrustAnchors) {
    self.now = now
    self.trustsGivenRoots = trustsGivenRoots
    self.anchors = anchors
    byName = Dictionary(grouping: pool, by: \.subjectHash)
  }

  /// Searches from one certificate, short paths first: a way to a root is then found however many
  /// detours there are.
  mutating func run(from leaf: Certificate) {
    var queue = [[leaf]]
    var position = 0
    while position < queue.count {
      guard position < CertificateLimits.pathSteps, complete.count < CertificateLimits.paths else {
        isCutShort = true
        break
      }
      queue += extended(queue[position])
      position += 1
    }
    if complete.isEmpty { explain(leaf) }
  }

  /// Whether a chain may end there: it is its own issuer, and somebody trusts it.
  func isRoot(_ certificate: Certificate) -> Bool {
    guard certificate.isSelfIssued else { return false }
    switch certificate.origin {
    case .given: return trustsGivenRoots && certificate.isSignedByItself
    case .trusted, .local, .shipped: return true
    }
  }

  /// The paths that are one issuer longer; a path that ends is kept.
  private mutating func extended(_ path: [Certificate]) -> [[Certificate]] {
    guard let last = path.last else { return [] }
    if path.count > 1 && isRoot(last) {
      complete.append(Path(members: path, isComplete: true))
      return []
    }
    let issuers = candidates(for: last, in: path).filter { isSigned(last, by: $0) }
    if issuers.isEmpty && path.count > incomplete?.members.count ?? 0 {
      incomplete = Path(members: path, isComplete: false)
    }
    guard path.count < CertificateLimits.pathLength else {
      isCutShort = isCutShort || !issuers.isEmpty
      return []
    }
    return issuers.map { path + [$0] }
  }

  /// Issuers by name and key identifiers, the most promising first; none that is in the path.
  private mutating func candidates(
    for certificate: Certificate, in path: [Certificate]
  ) -> [Certificate] {
    let hash = certificate.issuerHash
    if readAnchors.insert(hash).inserted {
      let roots = anchors.named(hash)
      // What was given and is a root of this host as well counts as the host's.
      let kept = (byName[hash] ?? []).filter { one in !roots.contains { $0.der == one.der } }
      byName[hash] = kept + roots
    }
    let found = (byName[hash] ?? []).filter { issuer in
      guard certificate.mayBeIssued(by: issuer) else { return false }
      return !path.contains { $0 === issuer || $0.isSame(as: issuer) }
    }
    return found.enumerated().sorted { left, right in
      let ranks = (rank(left.element), rank(right.element))
      return ranks.0 == ranks.1 ? left.offset < right.offset : ranks.0 < ranks.1
    }.map(\.element)
  }

  private func rank(_ certificate: Certificate) -> Int {
    (certificate.isValid(at: now) ? 0 : 8) + (certificate.saysCA ? 0 : 4)
      + (certificate.origin == .given ? 0 : 1)
  }

  private mutating func isSigned(_ certificate: Certificate, by issuer: Certificate) -> Bool {
    let pair = Pair(
      issued: Swift.ObjectIdentifier(certificate), issuer: Swift.ObjectIdentifier(issuer))
    if let known = signatures[pair] { return known }
    guard cost < CertificateLimits.signatureCost else {
      isCutShort = true
      return false
    }
    cost += issuer.key?.cost ?? 0
    let result = certificate.isSigned(by: issuer)
    signatures[pair] = result
    return result
  }

  /// Goes on from the longest path over issuers whose signature is wrong, so that it can be said
  /// which one.
  private mutating func explain(_ leaf: Certificate) {
    var path = incomplete?.members ?? [leaf]
    while path.count < CertificateLimits.pathLength, let last = path.last,
      path.count == 1 || !isRoot(last)
    {
      let found = candidates(for: last, in: path)
      guard let next = found.first(where: { isSigned(last, by: $0) }) ?? found.first else { break }
      path.append(next)
    }
    let ends = path.count > 1 && path.last.map(isRoot) == true
    incomplete = Path(members: path, isComplete: ends)
  }
}

extension Certificate {
  /// Whether it stands for the same name and key (RFC 4158 §5.2: no path needs it twice).
  func isSame(as other: Certificate) -> Bool {
    guard subjectHash == other.subjectHash, let key, let otherKey = other.key,
      unsafe X509_NAME_cmp(
        X509_get_subject_name(object.raw), X509_get_subject_name(other.object.raw))
        == 0
    else { return false }
    let result = unsafe EVP_PKEY_eq(key.raw, otherKey.raw) == 1
    LibraryErrors.discard()
    return result
  }
}
