internal import COpenSSL
internal import Glibc

/// An index of the roots of this host, each with who put it there.
///
/// A root is read again, and parsed, only where its name is asked for, so that an index may be kept
/// without holding 140 certificates in memory.
public struct TrustAnchors: Equatable, Sendable {
  /// One root as it lies on disk.
  struct Anchor: Equatable, Sendable {
    var file: String
    var isShipped: Bool
    /// Hash of the canonical subject name.
    var subjectHash: UInt
  }

  /// Where Debian's `ca-certificates` keeps roots (update-ca-certificates(8)).
  public struct Places: Equatable, Sendable {
    /// Which of the shipped roots are enabled.
    public var configuration = "/etc/ca-certificates.conf"
    /// The roots that the package ships.
    public var shipped = "/usr/share/ca-certificates"
    /// The roots that the administrator added.
    public var local = "/usr/local/share/ca-certificates"

    /// Debian's own places.
    public init() {}

    /// The roots that the administrator added, in order of their paths.
    public var added: [String] { SmallFile.names(below: local, suffix: ".crt") }
  }

  private(set) var anchors: [Anchor] = []
  /// What it was made from: the list, each root that it enables, and the added ones.
  public private(set) var files: [String] = []

  /// None.
  public init() {}

  /// Reads the enabled shipped roots and the added ones; what cannot be read is left out, as
  /// update-ca-certificates(8) leaves it out.
  public init(reading places: Places) {
    files = [places.configuration]
    let list = SmallFile.read(places.configuration, limit: CertificateLimits.pemBytes) ?? []
    let lines = String(decoding: list, as: UTF8.self).split(whereSeparator: \.isNewline)
    for line in lines.prefix(CertificateLimits.anchors) {
      let name = line.trimmedOfSpaces
      // "!" deselects, "#" comments (the head of that file).
      guard let first = name.first, first != "#", first != "!", !name.contains("../") else {
        continue
      }
      add(file: "\(places.shipped)/\(name)", isShipped: true)
    }
    for file in places.added { add(file: file, isShipped: false) }
  }

  /// Adds one root in PEM or DER.
  mutating func add(file: String, isShipped: Bool) {
    files.append(file)
    guard anchors.count < CertificateLimits.anchors, let root = Self.read(file) else { return }
    anchors.append(Anchor(file: file, isShipped: isShipped, subjectHash: root.subjectHash))
  }

  private static func read(_ file: String) -> (der: [UInt8], subjectHash: UInt)? {
    guard let bytes = SmallFile.read(file, limit: CertificateLimits.certificateBytes),
      let der = SmallFile.certificate(bytes), let hash = SmallFile.subjectHash(der)
    else { return nil }
    return (der, hash)
  }

  /// The roots of one name; a file that holds another one by now counts as none.
  func named(_ hash: UInt) -> [Certificate] {
    anchors.filter { $0.subjectHash == hash }.compactMap { anchor in
      guard let root = Self.read(anchor.file), root.subjectHash == hash else { return nil }
      return Certificate(
        .init(der: root.der, file: anchor.file), anchor.isShipped ? .shipped : .local)
    }
  }
}

extension Substring {
  /// Without spaces and tabs at both ends.
  fileprivate var trimmedOfSpaces: Substring {
    var text = self
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
