internal import Certificates
internal import Files

/// The roots of this host for a process that lives long: indexed anew only when stat(2) sees that
/// one was added, removed, enabled or changed.
final class HostRoots {
  private let places: TrustAnchors.Places
  private let index: (TrustAnchors.Places) -> TrustAnchors
  private let youngestSeconds: Int
  private var known: (anchors: TrustAnchors, added: [String], stamp: FilesStamp)?

  /// `index` and `youngestSeconds` are others in tests only.
  init(
    places: TrustAnchors.Places = .init(),
    youngestSeconds: Int = FilesStamp.youngestSeconds,
    index: @escaping (TrustAnchors.Places) -> TrustAnchors = { TrustAnchors(reading: $0) }
  ) {
    self.places = places
    self.youngestSeconds = youngestSeconds
    self.index = index
  }

  /// The index as it is right now.
  func anchors() -> TrustAnchors {
    let added = places.added
    if let known, known.added == added {
      let stamp = stamp(of: known.anchors)
      if stamp.isTrusted, stamp == known.stamp { return known.anchors }
    }
    let anchors = index(places)
    // Taken afterwards, a stamp could be that of a change which the index has not seen; what is
    // too young to tell is not trusted the next time.
    let stamp = stamp(of: anchors)
    known = stamp.isTrusted ? (anchors, added, stamp) : nil
    return anchors
  }

  private func stamp(of anchors: TrustAnchors) -> FilesStamp {
    FilesStamp(anchors.files, youngestSeconds: youngestSeconds)
  }
}
