/// What is remembered per unit for ever: survives release, a new name, lost settings.
public struct Ratchet: Codable, Equatable, Sendable {
  /// When the unit was first seen; the grace period counts from here.
  public var firstSeen: UnixSeconds?
  /// Since when HTTPS is enforced; once set it is never unset.
  public var enforcedSince: UnixSeconds?

  /// Makes a ratchet.
  public init(firstSeen: UnixSeconds? = nil, enforcedSince: UnixSeconds? = nil) {
    self.firstSeen = firstSeen
    self.enforcedSince = enforcedSince
  }
}

/// What root decided at `adopt`: read from a root-owned file, never from what the daemon writes.
public struct Adoption: Codable, Equatable, Sendable {
  /// The service's name.
  public var name: String
  /// The adopted unit.
  public var unit: String
  /// The profile.
  public var profile: String
  /// The address behind a whole rendered site.
  public var backend: String?
  /// The names of the administrator's server blocks, for probes (SNI, Host).
  public var serverNames: [String]
  /// Symlinks in the server's configuration that lead to the current generation; nil: not recorded.
  public var links: [String]?

  /// Makes an adoption record.
  public init(
    name: String, unit: String, profile: String, backend: String? = nil, serverNames: [String] = [],
    links: [String]? = nil
  ) {
    self.name = name
    self.unit = unit
    self.profile = profile
    self.backend = backend
    self.serverNames = serverNames
    self.links = links
  }
}
