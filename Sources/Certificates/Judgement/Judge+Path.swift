internal import COpenSSL

extension Judge {
  /// One thing against a path.
  struct Fault {
    var code: String
    var depth: Int
    /// The library's error, if it found it.
    var error: Int32?
    /// What is wrong in a few words, if it was found here.
    var why: String?
  }

  private struct Verdict {
    var path: PathSearch.Path
    var faults: [Fault]
  }

  /// Finds the chain among what was given, and says everything that is wrong with it.
  mutating func judgePath(_ leaf: Certificate, given: [Certificate], trusted: [Certificate]) {
    let isSelfSigned = leaf.isSignedByItself
    if isSelfSigned {
      add(.selfSigned(leaf))
      result.authority = .selfSigned
    } else {
      pass("self-signed", "a CA issued it, \"\(leaf.issuer)\"")
    }
    var search = PathSearch(
      given + trusted, now: question.now, trustsGivenRoots: trusted.isEmpty,
      anchors: question.anchors)
    if !isSelfSigned { search.run(from: leaf) }
    let verdict = choose(search, leaf)
    let members = verdict.path.members
    for fault in verdict.faults { add(.of(fault, members, at: question.now)) }
    if !isSelfSigned {
      judgeEnd(verdict.path, search)
      for extra in given where !members.contains(where: { $0 === extra || $0.der == extra.der }) {
        add(.extraCertificate(extra))
      }
    }
    result.chain = (verdict.path.isComplete ? members.dropLast() : members[...]).map(\.der)
    judgeValidity(leaf)
    notePassed(leaf, verdict.path, isSelfSigned: isSelfSigned)
  }

  /// The path with the fewest faults; of those without, a public root's before a private one's,
  /// and the longer: a CA's detour over another root is for older agents.
  private func choose(_ search: PathSearch, _ leaf: Certificate) -> Verdict {
    var best: (rank: [Int], verdict: Verdict)?
    var cost = search.cost
    for path in search.complete {
      cost += path.members.reduce(0) { $0 + ($1.key?.cost ?? 0) }
      if cost > CertificateLimits.signatureCost && best != nil { break }
      let verdict = Verdict(path: path, faults: faults(path))
      let isPublic = path.members.last?.origin == .shipped
      let length = path.members.count
      let rank = [
        -verdict.faults.count, isPublic ? 1 : 0, verdict.faults.isEmpty ? length : -length,
      ]
      if let best, !best.rank.lexicographicallyPrecedes(rank) { continue }
      best = (rank, verdict)
    }
    if let best { return best.verdict }
    let path = search.incomplete ?? PathSearch.Path(members: [leaf], isComplete: false)
    return Verdict(path: path, faults: faults(path))
  }

  private func faults(_ path: PathSearch.Path) -> [Fault] {
    let members = path.members
    var faults: [Fault] = []
    for (depth, member) in members.enumerated() {
      faults += Self.ownFaults(member, depth, at: question.now)
    }
    guard Self.comparisons(members) <= CertificateLimits.nameComparisons else {
      return faults + [Fault(code: "too-large", depth: 0)]
    }
    guard let findings = try? PathCheck.findings(path) else {
      return faults + [Fault(code: "chain-invalid", depth: 0)]
    }
    for finding in findings {
      let depth = min(max(0, finding.depth), members.count - 1)
      let isRoot = path.isComplete && depth == members.count - 1
      // What a store of roots ships is trusted as it is (RFC 5280 §6.1.1 (d)).
      if isRoot && members[depth].origin == .shipped && VerifyErrors.isForm(finding.error) {
        continue
      }
      guard let code = VerifyErrors.code(finding.error, depth: depth),
        !faults.contains(where: { $0.code == code && $0.depth == depth })
      else { continue }
      faults.append(Fault(code: code, depth: depth, error: finding.error))
    }
    return faults.filter { !Self.isConsequence($0, of: faults) }
  }

  /// Whether it is only what another fault of the same certificate leads to.
  private static func isConsequence(_ fault: Fault, of faults: [Fault]) -> Bool {
    func has(_ code: String) -> Bool {
      faults.contains { $0.code == code && $0.depth == fault.depth }
    }
    switch fault.error {
    // The library says no more of a certificate that it cannot read, and blames any.
    case X509_V_ERR_UNSPECIFIED:
      return faults.contains { $0.code == "damaged" || $0.code == "weak-key" }
    // What cannot be read, and what may not issue, is not for servers either.
    case X509_V_ERR_INVALID_PURPOSE: return has("damaged") || has("not-a-ca")
    case X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA: return has("not-a-ca")
    default: return false
    }
  }

  /// What is looked at here and not by the library.
  private static func ownFaults(_ member: Certificate, _ depth: Int, at now: Int) -> [Fault] {
    var faults: [Fault] = []
    if let notBefore = member.notBefore, let notAfter = member.notAfter {
      if notAfter < now { faults.append(Fault(code: "expired", depth: depth)) }
      if now < notBefore { faults.append(Fault(code: "not-yet-valid", depth: depth)) }
    } else {
      faults.append(Fault(code: "damaged", depth: depth, why: "a date is not one"))
    }
    for breach in member.breaches(isLeaf: depth == 0)
    where !faults.contains(where: { $0.code == breach.code }) {
      faults.append(Fault(code: breach.code, depth: depth, why: breach.why))
    }
    return faults
  }

  /// How often the library would compare a name with a constraint.
  private static func comparisons(_ members: [Certificate]) -> Int {
    var total = 0
    var constraints = 0
    for member in members.reversed() {
      // The subject is compared, too.
      total += (member.nameCount + 1) * constraints
      constraints += member.constraintCount
    }
    return total
  }

  /// Whether the path ends in a root, and whose.
  private mutating func judgeEnd(_ path: PathSearch.Path, _ search: PathSearch) {
    if path.isComplete, let root = path.members.last {
      result.authority = root.origin == .shipped ? .publicCA : .privateCA
      result.root = root.der
    } else if let last = path.members.last {
      add(.chainIncomplete(last))
    }
    if search.isCutShort && !result.isAccepted { add(.tooManyPaths(path.members.first)) }
  }

  /// Whether the server's certificate is valid for longer than clients take.
  private mutating func judgeValidity(_ leaf: Certificate) {
    guard let notBefore = leaf.notBefore, let notAfter = leaf.notAfter else { return }
    let isLong = notAfter - notBefore > CertificateLimits.publicValiditySeconds
    if isLong && result.authority != .selfSigned {
      let weight: Reason.Weight = result.authority == .publicCA ? .refusal : .remark
      add(.validityTooLong(leaf, days: (notAfter - notBefore) / 86_400, weight: weight))
    } else {
      pass("validity-too-long", "it is valid for no more than 398 days")
    }
  }

  private mutating func notePassed(
    _ leaf: Certificate, _ path: PathSearch.Path, isSelfSigned: Bool
  ) {
    pass("expired", "nothing in the chain has ended, it ends \(moment(leaf.notAfter))")
    pass("not-yet-valid", "everything in the chain has begun")
    pass("weak-key", "every key is strong enough (\(leaf.key?.text ?? "unknown"))")
    pass("not-for-servers", "it may be used by a server")
    pass("unknown-critical-extension", "it has no critical extension that clients do not know")
    guard path.isComplete, let root = path.members.last else { return }
    let whose = result.authority == .publicCA ? "a public CA" : "a private CA"
    pass("chain-incomplete", "the chain reaches the root of \(whose), \"\(root.subject)\"")
    pass("chain-invalid", "every signature in the chain is right (RFC 5280)")
    pass("weak-signature", "every signature is strong enough")
    pass("not-a-ca", "every issuer is a CA")
    pass("path-length", "no CA's limit of the path is passed")
    pass("name-constraint", "no CA's constraint of names is broken")
  }
}
