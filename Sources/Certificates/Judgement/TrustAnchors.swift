internal import COpenSSL
internal import Glibc

/// The roots of this host, each with who put it there; read once, parsed only where asked for.
public struct TrustAnchors: Equatable, Sendable {
  /// One root as it lies on disk.
  struct Anchor: Equatable, Sendable {
    var found: CertificateMaterial.Found
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
  }

  private(set) var anchors: [Anchor] = []

  /// None.
  public init() {}

  /// Reads the enabled shipped roots and the added ones; what cannot be read is left out, as
  /// update-ca-certificates(8) leaves it out.
  public init(reading places: Places) {
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
    for file in SmallFile.names(below: places.local, suffix: ".crt") {
      add(file: file, isShipped: false)
    }
  }

  /// Adds one root in PEM or DER.
  mutating func add(file: String, isShipped: Bool) {
    guard anchors.count < CertificateLimits.anchors,
      let bytes = SmallFile.read(file, limit: CertificateLimits.certificateBytes),
      let der = SmallFile.certificate(bytes), let hash = SmallFile.subjectHash(der)
    else { return }
    anchors.append(
      Anchor(
        found: .init(der: der, file: file), isShipped: isShipped, subjectHash: hash))
  }

  /// The roots of one name.
  func named(_ hash: UInt) -> [Certificate] {
    anchors.filter { $0.subjectHash == hash }.compactMap {
      Certificate($0.found, $0.isShipped ? .shipped : .local)
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
