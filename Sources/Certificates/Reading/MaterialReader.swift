internal import COpenSSL

extension CertificateMaterial {
  /// Reads what an administrator hands over, whatever its form, and judges nothing.
  ///
  /// PEM, DER, PKCS#7 and PKCS#12, several things in one file, in any order. What cannot be read is
  /// a refusal that names the file and what to do; what is left out is a remark. Without a password
  /// an absent and an empty one are tried. Below two seconds and bounded in memory for every input;
  /// no reason contains a key or a password. The caller wipes `inputs`, `password` and the keys.
  ///
  /// Codes: `wrong-password`, `password-needed`, `damaged`, `unsupported-format`, `too-large`;
  /// remarks: `key-missing` (a PKCS#12 store without a key), `ignored`.
  public static func read(_ inputs: [MaterialInput], password: [UInt8]?) -> ReadingResult {
    var reader = MaterialReader(password)
    guard inputs.count <= CertificateLimits.inputs else {
      reader.result.reasons.append(
        Reason(
          "too-large", found: "\(inputs.count) files",
          expected: "at most \(CertificateLimits.inputs) files",
          text: "\(inputs.count) files were given: put the chain into one file"))
      return reader.result
    }
    guard (password?.count ?? 0) <= CertificateLimits.passwordBytes else {
      reader.result.reasons.append(
        Reason(
          "too-large", found: "a password of \(password?.count ?? 0) bytes",
          expected: "at most \(CertificateLimits.passwordBytes) bytes",
          text: "the password is longer than any program takes: give the file that has only it"))
      return reader.result
    }
    for input in inputs { reader.read(input) }
    return reader.result
  }
}

/// One reading: what was found so far, and what may still be spent.
struct MaterialReader {
  var result = ReadingResult()
  var decryption: Decryption
  /// The input that is being read.
  private(set) var file = ""
  /// What the input holds besides, to be named at its end.
  private var unwanted: [ForeignFormat] = []
  /// Whether the input gave something, a reason included.
  private var isOfUse = false
  private var reasonsOfInput = 0
  /// Whether a store of the input has a key, read or not.
  var holdsKey = false
  private var seen: Set<[UInt8]> = []

  init(_ password: [UInt8]?) { decryption = Decryption(Passwords(password)) }

  mutating func read(_ input: MaterialInput) {
    (file, unwanted, isOfUse, reasonsOfInput) = (input.file, [], false, 0)
    holdsKey = false
    if input.bytes.count > CertificateLimits.inputBytes {
      refuse(
        "too-large", found: "\(input.bytes.count) bytes",
        expected: "at most \(CertificateLimits.inputBytes) bytes",
        "is far larger than certificates and keys are: give the files that hold only these")
    } else if input.bytes.isEmpty {
      note(.empty)
    } else {
      read(SecretBytes(input.bytes))
    }
    finish()
  }

  private mutating func read(_ bytes: SecretBytes) {
    let text = TextForm.plain(bytes)
    var scanner = PEMScanner(text)
    var isText = false
    while let find = scanner.next() {
      isText = true
      take(find)
    }
    if isText { return }
    if bytes[0] == BERElement.sequence, takeDER(bytes) { return }
    if let inner = TextForm.bareBase64(text), takeDER(inner) { return }
    note(ForeignFormat(bytes))
  }

  // MARK: PEM

  private mutating func take(_ find: PEMFind) {
    switch find {
    case .damage(let line, let label, let what):
      if ForeignFormat.isParameters(label) { return }
      if let foreign = ForeignFormat.ofBlock(label) {
        note(foreign)
      } else {
        refuse(
          "damaged", found: "line \(line)", expected: "PEM (RFC 7468)",
          "line \(line): the block \"\(label)\" \(what): copy the file again, in whole")
      }
    case .block(let block):
      if ForeignFormat.isParameters(block.label) { return }
      if let foreign = ForeignFormat.ofBlock(block.label) {
        note(foreign)
      } else if block.headers["proc-type"]?.uppercased().contains("ENCRYPTED") == true {
        takeTraditional(block)
      } else if let element = BERElement(block.bytes, in: 0..<block.bytes.count),
        // OpenSSL adds what it trusts a certificate for (openssl-x509(1), TRUSTED CERTIFICATE).
        element.whole.count == block.bytes.count || block.label == "TRUSTED CERTIFICATE"
      {
        take(element, block.bytes)
      } else {
        refuseDamaged("the block \"\(block.label)\" does not hold what it says")
      }
    }
  }

  private mutating func takeTraditional(_ block: PEMBlock) {
    guard let encryption = TraditionalEncryption(block.headers["dek-info"]) else {
      refuseDamaged("the line \"DEK-Info:\" of an encrypted key is missing or wrong")
      return
    }
    let outcome = encryption.decrypt(block.bytes, decryption) { Self.isKey($0) }
    if let plain = settle(outcome, "the private key"),
      let element = BERElement(plain, in: 0..<plain.count)
    {
      take(element, plain)
    }
  }

  // MARK: DER

  /// Reads element by element; false if this is no DER at all.
  private mutating func takeDER(_ bytes: SecretBytes) -> Bool {
    guard BERElement(bytes, in: 0..<bytes.count) != nil else {
      // A length of several octets is nothing that a text has in its second place.
      guard bytes[1] >= 0x80 else { return false }
      refuseDamaged("its DER is cut off or damaged")
      return true
    }
    var position = 0
    while position < bytes.count {
      let isRest = (position..<bytes.count).allSatisfy {
        [0, 9, 10, 13, 26, 32].contains(bytes[$0])
      }
      if isRest { break }
      guard let element = BERElement(bytes, in: position..<bytes.count) else {
        refuseDamaged("something stands behind its DER that does not belong there")
        break
      }
      take(element, bytes)
      position = element.whole.upperBound
    }
    return true
  }

  /// Takes one element of any kind.
  mutating func take(_ element: BERElement, _ bytes: SecretBytes) {
    switch DERKind(element, bytes) {
    case .certificate: addCertificate(element, bytes)
    case .privateKey: addKey(.privateKey, element, bytes)
    case .rsaPrivateKey: addKey(.rsaPrivateKey, element, bytes)
    case .ecPrivateKey: addKey(.ecPrivateKey, element, bytes)
    case .dsaPrivateKey: addKey(.dsaPrivateKey, element, bytes)
    case .encryptedPrivateKey: takeEncryptedKey(element, bytes)
    case .signedData: takeMessage(element, bytes)
    case .personalStore: takeStore(element, bytes)
    case .request: note(.request)
    case .revocationList: note(.revocationList)
    case .publicKey: note(.publicKey)
    case .otherMessage: note(.otherMessage)
    case .ocspResponse: note(.ocspResponse)
    case .unknown: note(.unknown)
    }
  }

  /// PKCS#8, encrypted, in a file of its own or in a bag.
  mutating func takeEncryptedKey(
    _ element: BERElement, _ bytes: SecretBytes, first: Int? = nil
  ) {
    guard let parts = element.children(bytes), parts.count == 2,
      let cipherText = parts[1].octets(bytes)
    else {
      refuseDamaged("an encrypted private key is damaged")
      return
    }
    let outcome = decryption.decrypt(cipherText, with: parts[0], of: bytes, first: first) {
      Self.isKey($0)
    }
    if let plain = settle(outcome, "the private key"),
      let inner = BERElement(plain, in: 0..<plain.count)
    {
      addKey(DERKind(inner, plain), inner, plain)
    }
  }

  private static func isKey(_ plain: SecretBytes) -> Bool {
    guard let element = BERElement(plain, in: 0..<plain.count),
      element.whole.count == plain.count
    else { return false }
    let keys: [DERKind] = [.privateKey, .rsaPrivateKey, .ecPrivateKey, .dsaPrivateKey]
    return keys.contains(DERKind(element, plain))
  }

  // MARK: What is found

  mutating func addCertificate(_ element: BERElement, _ bytes: SecretBytes) {
    let range = element.whole
    guard range.count <= CertificateLimits.foundCertificateBytes else {
      refuse(
        "too-large", found: "a certificate of \(range.count) bytes",
        expected: "at most \(CertificateLimits.foundCertificateBytes) bytes",
        "holds a certificate that no client would take: ask the CA for one with fewer names")
      return
    }
    let der = bytes.array(range)
    defer { LibraryErrors.discard() }
    guard (try? Owned.certificate(der: der)) != nil else {
      refuseDamaged("a certificate cannot be read")
      return
    }
    isOfUse = true
    guard seen.insert(der).inserted else { return }
    guard result.material.certificates.count < CertificateLimits.foundCertificates else {
      refuse(
        "too-large", found: "more than \(CertificateLimits.foundCertificates) certificates",
        expected: "at most \(CertificateLimits.foundCertificates)",
        "has too many certificates: give only those of one chain")
      return
    }
    result.material.certificates.append(.init(der: der, file: file))
  }

  mutating func addKey(_ kind: DERKind, _ element: BERElement, _ bytes: SecretBytes) {
    var key: CertificateMaterial.FoundKey
    do throws(PrivateKeyForm.Refusal) {
      key = try PrivateKeyForm.read(kind, element, bytes, file: file)
    } catch {
      switch error {
      case .damaged: refuseDamaged("a private key cannot be read")
      case .tooLarge(let size):
        refuse(
          "too-large", found: size, expected: "at most RSA \(CertificateLimits.keyBits) bits",
          "holds a private key that is too large: make a request with a key of an ordinary size")
      case .unsupported(let type):
        refuse(
          "unsupported-format", found: "a private key of the kind \(type)",
          expected: "RSA, ECDSA, Ed25519 or Ed448",
          "holds a private key (\(type)) that no browser takes: make a request with an ECDSA key")
      }
      return
    }
    isOfUse = true
    if result.material.keys.contains(where: { $0.pkcs8 == key.pkcs8 }) {
      wipe(&key.pkcs8)
      return
    }
    guard result.material.keys.count < CertificateLimits.foundKeys else {
      wipe(&key.pkcs8)
      refuse(
        "too-large", found: "more than \(CertificateLimits.foundKeys) private keys",
        expected: "at most \(CertificateLimits.foundKeys)",
        "has too many private keys: give only the one of this certificate")
      return
    }
    result.material.keys.append(key)
  }

  // MARK: Reasons

  /// Remembers what is not wanted; whether that matters is known at the end of the input.
  mutating func note(_ format: ForeignFormat) {
    if !unwanted.contains(format), unwanted.count < CertificateLimits.reasonsOfInput {
      unwanted.append(format)
    }
  }

  /// Something was refused; the sentence begins with the file's name.
  mutating func refuse(
    _ code: String, weight: Weight = .refusal, found: String? = nil, expected: String? = nil,
    _ sentence: String
  ) {
    if weight == .refusal { isOfUse = true }
    reasonsOfInput += 1
    guard reasonsOfInput <= CertificateLimits.reasonsOfInput else { return }
    result.reasons.append(
      Reason(
        code, weight: weight, file: file, found: found, expected: expected,
        text: "\(FileName.shown(file)) \(sentence)"))
  }

  typealias Weight = Reason.Weight

  mutating func refuseDamaged(_ what: String) {
    refuse(
      "damaged", found: what, "is damaged: \(what); fetch the file again, as binary data, in whole")
  }

  /// The plain text, or a reason why there is none.
  mutating func settle(_ outcome: Decryption.Outcome, _ what: String) -> SecretBytes? {
    switch outcome {
    case .plain(let plain): return plain
    case .wrongPassword: refusePassword(what)
    case .tooManyRounds(let rounds): refuseRounds(rounds)
    case .unsupported(let name): refuseEncryption(name)
    }
    return nil
  }

  mutating func refusePassword(_ what: String) {
    if decryption.passwords.isGiven {
      refuse(
        "wrong-password",
        "is encrypted, and the password does not open \(what): give the password"
          + " that was set when it was exported; capital letters and blanks at its end count")
    } else {
      refuse(
        "password-needed",
        "is encrypted: give the password of \(what) with \"--password-file"
          + " FILE\" or at the prompt")
    }
  }

  mutating func refuseRounds(_ rounds: Int) {
    refuse(
      "too-large", found: "\(rounds) rounds of key derivation",
      expected: "at most \(CertificateLimits.derivationRounds) in all",
      "asks for more work to try a password than is done here: export it again with fewer rounds,"
        + " for instance \"openssl pkcs12 -export -iter 10000\"")
  }

  mutating func refuseEncryption(_ name: String) {
    refuse(
      "unsupported-format", found: "an encryption \(name)",
      expected: "PBES2 with AES, or what PKCS#12 had before",
      "is encrypted in a way that is not known here (\(name)): export it again with AES-256")
  }

  /// Says what the input held besides, or that it held nothing else.
  private mutating func finish() {
    let isRefused = !isOfUse
    for format in unwanted {
      let advice = format.advice(file: file)
      if isRefused {
        refuse(
          "unsupported-format", found: format.name,
          expected: "PEM, DER, PKCS#7 or PKCS#12", "is \(format.name): \(advice)")
      } else {
        refuse(
          "ignored", weight: .remark, found: format.name,
          "also holds \(format.name), which is not needed and left out")
      }
    }
    if isRefused, unwanted.isEmpty {
      refuse(
        "unsupported-format", expected: "PEM, DER, PKCS#7 or PKCS#12",
        "holds neither a certificate nor a private key: give the files of the CA and the key")
    }
    unwanted = []
  }
}
