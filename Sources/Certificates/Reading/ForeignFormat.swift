/// What is given by mistake, recognised so that the answer can say what to give instead.
enum ForeignFormat: Equatable {
  case request
  case revocationList
  case publicKey
  case ocspResponse
  case sshKey
  case pgp
  case puttyKey
  case webPage
  case json
  case archive(String)
  case javaStore(String)
  case bouncyCastleStore
  case microsoftKey
  case otherMessage
  case emptyMessage
  case empty
  case block(String)
  case otherBag(String)
  case text
  case unknown

  /// Looks at the first bytes of what is no PEM and no DER.
  init(_ bytes: SecretBytes) {
    if let binary = Self.binary(bytes) {
      self = binary
      return
    }
    let start = Self.beginning(bytes)
    let tests: [(String, ForeignFormat)] = [
      ("<!doctype", .webPage), ("<html", .webPage), ("<?xml", .webPage), ("<head", .webPage),
      ("ssh-", .sshKey), ("ecdsa-sha2-", .sshKey), ("sk-ssh-", .sshKey),
      ("---- begin ssh2", .sshKey), ("putty-user-key-file", .puttyKey), ("{", .json),
    ]
    if let found = tests.first(where: { start.hasPrefix($0.0) }) {
      self = found.1
    } else {
      self = Self.isText(bytes) ? .text : .unknown
    }
  }

  /// Formats that begin with a number of their own.
  private static func binary(_ bytes: SecretBytes) -> ForeignFormat? {
    let numbers: [([UInt8], ForeignFormat)] = [
      ([0xfe, 0xed, 0xfe, 0xed], .javaStore("JKS")),
      ([0xce, 0xce, 0xce, 0xce], .javaStore("JCEKS")),
      // A version, then the length of a salt of 20 octets.
      ([0, 0, 0, 1, 0, 0, 0, 20], .bouncyCastleStore),
      ([0, 0, 0, 2, 0, 0, 0, 20], .bouncyCastleStore),
      ([0x1e, 0xf1, 0xb5, 0xb0], .microsoftKey),
      ([0x50, 0x4b, 0x03, 0x04], .archive("ZIP")),
      ([0x1f, 0x8b], .archive("gzip")),
      ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], .archive("7z")),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a], .archive("xz")),
      (Array("BZh".utf8), .archive("bzip2")),
      (Array("Rar!".utf8), .archive("RAR")),
    ]
    return numbers.first { bytes.matches($0.0, at: 0) }?.1
  }

  /// The first letters in lower case, blanks and a byte order mark left out.
  private static func beginning(_ bytes: SecretBytes) -> String {
    var position = bytes.matches([0xef, 0xbb, 0xbf], at: 0) ? 3 : 0
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    return String(decoding: bytes.array(position..<min(position + 24, bytes.count)), as: UTF8.self)
      .lowercased()
  }

  private static func isText(_ bytes: SecretBytes) -> Bool {
    (0..<min(bytes.count, 512)).allSatisfy { bytes[$0] >= 0x20 || (9...13).contains(bytes[$0]) }
  }

  /// The kind of a block of PEM by its label; nil: one to be read, or parameters beside a key.
  static func ofBlock(_ label: String) -> ForeignFormat? {
    if label.hasPrefix("PGP") { return .pgp }
    if label.hasPrefix("OPENSSH") || label.hasPrefix("SSH2") { return .sshKey }
    switch label {
    case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST": return .request
    case "X509 CRL": return .revocationList
    case "PUBLIC KEY", "RSA PUBLIC KEY": return .publicKey
    case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CMS", "PKCS12",
      "PKCS #7 SIGNED DATA", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY",
      "EC PRIVATE KEY", "DSA PRIVATE KEY", "ANY PRIVATE KEY":
      return nil
    default: return .block(label)
    }
  }

  /// Whether a block says nothing of its own: parameters stand in front of a key.
  static func isParameters(_ label: String) -> Bool { label.hasSuffix(" PARAMETERS") }

  /// What it is, with its article.
  var name: String {
    switch self {
    case .request: "a certificate request (CSR)"
    case .revocationList: "a revocation list (CRL)"
    case .publicKey: "a public key"
    case .ocspResponse: "an OCSP response"
    case .sshKey: "an SSH key"
    case .pgp: "a PGP file"
    case .puttyKey: "a PuTTY key"
    case .webPage: "a web page"
    case .json: "JSON"
    case .archive(let kind): "a \(kind) archive"
    case .javaStore(let kind): "a Java key store (\(kind))"
    case .bouncyCastleStore: "a Bouncy Castle key store (BKS)"
    case .microsoftKey: "a Microsoft PVK key"
    case .otherMessage: "a PKCS#7 message that is no chain of certificates"
    case .emptyMessage: "a PKCS#7 message without certificates"
    case .empty: "empty"
    case .block(let label): "a PEM block \"\(label)\""
    case .otherBag(let what): "\(what) in a PKCS#12 store"
    case .text: "a text without a PEM block"
    case .unknown: "in no format that is known"
    }
  }

  /// What to do, as a sentence without its end.
  func advice(file: String) -> String {
    let quoted = FileName.quotedForShell(file)
    switch self {
    case .request: return "give the certificate that the CA made of it"
    case .revocationList, .ocspResponse: return "give the certificate itself"
    case .publicKey: return "give the certificate, and the private key of the same pair"
    case .sshKey:
      return "give the key that the certificate was requested with; if it is this one, convert a"
        + " copy of it with \"ssh-keygen -p -m PEM -f COPY\""
    case .puttyKey:
      return "give the key that the certificate was requested with; if it is this one, export it"
        + " with \"puttygen \(quoted) -O private-openssh -o KEY\""
    case .pgp: return "PGP has certificates of another kind; ask the CA for one in PEM (X.509)"
    case .webPage:
      return "a login or error page was saved instead of the certificate; download it again"
    case .json: return "take the certificate and the key out of it, each in a PEM file"
    case .archive: return "unpack it, and give the files in it"
    case .javaStore(let kind):
      return "convert it with \"keytool -importkeystore -srckeystore \(quoted) -srcstoretype"
        + " \(kind) -destkeystore \(FileName.quotedForShell(file + ".p12")) -deststoretype PKCS12\""
        + " and give the new file"
    case .bouncyCastleStore:
      return "convert it with \"keytool -importkeystore -srckeystore \(quoted) -srcstoretype BKS"
        + " -providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath"
        + " bcprov.jar -destkeystore \(FileName.quotedForShell(file + ".p12")) -deststoretype"
        + " PKCS12\" and give the new file"
    case .microsoftKey:
      return "convert it with \"openssl rsa -inform PVK -in \(quoted) -out KEY.pem\""
    case .otherMessage, .emptyMessage:
      return "ask the CA for the chain as PEM or as .p7b with certificates"
    case .empty: return "copy the file again; nothing of it has arrived"
    case .block, .otherBag: return "give the certificate and its private key"
    case .text, .unknown:
      return "give PEM, DER, PKCS#7 (.p7b) or PKCS#12 (.pfx, .p12)"
    }
  }
}

/// Names of files in texts.
enum FileName {
  /// In double quotes, one line, of bounded length.
  static func shown(_ file: String) -> String {
    let kept = file.unicodeScalars.prefix(CertificateLimits.shownFileCharacters).map { scalar in
      scalar.properties.generalCategory == .control ? Unicode.Scalar(0x3f as UInt8) : scalar
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: kept)
    return "\"\(text)\""
  }

  /// As a word of sh(1).
  static func quotedForShell(_ file: String) -> String {
    let text = shown(file).dropFirst().dropLast()
    let isPlain = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
        || "/._-+@".utf8.contains(byte)
    }
    if isPlain, !text.isEmpty, text.first != "-" { return String(text) }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
