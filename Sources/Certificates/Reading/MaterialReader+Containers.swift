/// PKCS#7 (RFC 5652) and PKCS#12 (RFC 7292), walked here; the library decrypts and checks the MAC.
extension MaterialReader {
  /// Takes the certificates out of SignedData (RFC 5652 §5.1), `.p7b` of Windows and of CAs.
  mutating func takeMessage(_ element: BERElement, _ bytes: SecretBytes) {
    guard let parts = element.children(bytes), parts.count == 2,
      let data = parts[1].children(bytes)?.first, data.tag == BERElement.sequence,
      let fields = data.children(bytes)
    else {
      refuseDamaged("its PKCS#7 is damaged")
      return
    }
    guard let set = fields.first(where: { $0.tag == BERElement.context(0) }) else {
      note(.emptyMessage)
      return
    }
    guard let certificates = set.children(bytes) else {
      refuseDamaged("its PKCS#7 is damaged, or has too many certificates")
      return
    }
    // Other choices are attribute certificates and such (RFC 5652 §10.2.2).
    let own = certificates.filter { $0.tag == BERElement.sequence }
    for certificate in own { addCertificate(certificate, bytes) }
    if own.isEmpty { note(.emptyMessage) }
  }

  /// Takes everything out of a PKCS#12 store.
  mutating func takeStore(_ element: BERElement, _ bytes: SecretBytes) {
    guard let parts = element.children(bytes), (2...3).contains(parts.count),
      let outer = parts[1].children(bytes), outer.count == 2,
      let holder = outer[1].children(bytes)?.first
    else {
      refuseDamaged("its PKCS#12 is damaged")
      return
    }
    guard outer[0].isObject(ObjectIdentifier.data, bytes) else {
      refuse(
        "unsupported-format", found: "a PKCS#12 store that is signed with a key",
        expected: "a PKCS#12 store with a password",
        "is protected by a signature: export it again with a password")
      return
    }
    guard let content = holder.octets(bytes) else {
      refuseDamaged("its PKCS#12 is damaged")
      return
    }
    var first: Int?
    if parts.count == 3 {
      guard let proved = checkMAC(parts[2], bytes, content) else { return }
      first = proved
    }
    takeSafes(content, first)
    if !holdsKey {
      refuse(
        "key-missing", weight: .remark, found: "no private key", expected: "a private key",
        "holds no private key: export it with its key, or give the key in another file")
    }
  }

  private mutating func checkMAC(
    _ element: BERElement, _ bytes: SecretBytes, _ content: SecretBytes
  ) -> Int? {
    guard let mac = StoreMAC(element, bytes) else {
      refuseDamaged("the MAC of its PKCS#12 is damaged")
      return nil
    }
    switch mac.check(content, &decryption) {
    case .proved(let index): return index
    case .wrongPassword: refusePassword("the PKCS#12 store")
    case .tooManyRounds(let rounds): refuseRounds(rounds)
    case .unsupported(let name): refuseEncryption(name)
    case .damaged: refuseDamaged("the MAC of its PKCS#12 is damaged")
    }
    return nil
  }

  /// AuthenticatedSafe (RFC 7292 §4.1).
  private mutating func takeSafes(_ content: SecretBytes, _ first: Int?) {
    guard let root = BERElement(content, in: 0..<content.count),
      root.tag == BERElement.sequence, let safes = root.children(content)
    else {
      refuseDamaged("its PKCS#12 is damaged")
      return
    }
    for safe in safes {
      guard let parts = safe.children(content), parts.count == 2,
        let holder = parts[1].children(content)?.first
      else {
        refuseDamaged("its PKCS#12 is damaged")
        return
      }
      if parts[0].isObject(ObjectIdentifier.data, content) {
        guard let plain = holder.octets(content) else {
          refuseDamaged("its PKCS#12 is damaged")
          return
        }
        takeBags(plain, 0..<plain.count, first, depth: 0)
      } else if parts[0].isObject(ObjectIdentifier.encryptedData, content) {
        guard takeEncryptedSafe(holder, content, first) else { return }
      } else {
        note(.otherBag("something encrypted for a key"))
      }
    }
  }

  /// EncryptedData (RFC 5652 §8); false if no other safe can be opened either.
  private mutating func takeEncryptedSafe(
    _ holder: BERElement, _ content: SecretBytes, _ first: Int?
  ) -> Bool {
    guard let fields = holder.children(content), fields.count >= 2,
      let info = fields[1].children(content), info.count == 3,
      info[2].tag & ~0x20 == 0x80,
      let cipherText = info[2].octets(content)
    else {
      refuseDamaged("its PKCS#12 is damaged")
      return false
    }
    let outcome = decryption.decrypt(cipherText, with: info[1], of: content, first: first) {
      let root = BERElement($0, in: 0..<$0.count)
      return root?.tag == BERElement.sequence && root?.whole.count == $0.count
        && root?.children($0) != nil
    }
    guard let plain = settle(outcome, "the PKCS#12 store") else { return false }
    takeBags(plain, 0..<plain.count, first, depth: 0)
    return true
  }

  /// SafeContents (RFC 7292 §4.2).
  private mutating func takeBags(
    _ bytes: SecretBytes, _ range: Range<Int>, _ first: Int?, depth: Int
  ) {
    guard depth <= CertificateLimits.bagNesting, let root = BERElement(bytes, in: range),
      root.tag == BERElement.sequence, let bags = root.children(bytes)
    else {
      refuseDamaged("its PKCS#12 is damaged")
      return
    }
    for bag in bags {
      guard let parts = bag.children(bytes), parts.count >= 2,
        parts[1].tag == BERElement.context(0),
        let value = BERElement(bytes, in: parts[1].content)
      else {
        refuseDamaged("its PKCS#12 is damaged")
        return
      }
      switch parts[0].step(below: ObjectIdentifier.bags, bytes) {
      case 1: takeKeyBag { $0.addKey(.privateKey, value, bytes) }
      case 2: takeKeyBag { $0.takeEncryptedKey(value, bytes, first: first) }
      case 3: takeCertificateBag(value, bytes)
      case 4: note(.revocationList)
      case 6: takeBags(bytes, value.whole, first, depth: depth + 1)
      default: note(.otherBag("a secret"))
      }
    }
  }

  private mutating func takeKeyBag(_ take: (inout MaterialReader) -> Void) {
    holdsKey = true
    take(&self)
  }

  private mutating func takeCertificateBag(_ value: BERElement, _ bytes: SecretBytes) {
    guard let parts = value.children(bytes), parts.count == 2 else {
      refuseDamaged("a certificate in its PKCS#12 is damaged")
      return
    }
    guard parts[0].isObject(ObjectIdentifier.x509Certificate, bytes) else {
      note(.otherBag("a certificate that is not X.509"))
      return
    }
    guard let holder = parts[1].children(bytes)?.first, let der = holder.octets(bytes),
      let certificate = BERElement(der, in: 0..<der.count), certificate.whole.count == der.count
    else {
      refuseDamaged("a certificate in its PKCS#12 is damaged")
      return
    }
    addCertificate(certificate, der)
  }
}
