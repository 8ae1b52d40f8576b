/// What the administrator wants for one service, already validated: it cannot be invalid.
public struct ServiceSettings: Codable, Equatable, Sendable {
  /// The name of the settings file without `.toml`.
  public var name: String
  /// The supervised unit, for example `nginx.service`.
  public var unit: String
  /// The profile, for example `nginx`.
  public var profile: String
  /// The channels, `console` first, then by name.
  ///
  /// Never empty, names are unique.
  public var channels: [ChannelSettings]
  /// Which certificate is served.
  public var certificate: CertificateSettings
  /// How changes are applied.
  public var restart: RestartSettings
  /// Whether agents check the certificate against public CAs.
  public var trustedCommunication: Bool
  /// No action by itself until a moment; nil: none is asked for.
  public var hold: Hold?
  /// How long nothing must be written before a change that was made in place is read; nil: the
  /// default.
  public var quietInterval: Seconds?

  /// The default of `quietInterval`.
  public static let defaultQuietInterval: Seconds = 2

  /// Makes settings from parts that were validated before.
  public init(
    name: String, unit: String, profile: String, channels: [ChannelSettings] = [.console()],
    certificate: CertificateSettings = CertificateSettings(),
    restart: RestartSettings = RestartSettings(), trustedCommunication: Bool = false,
    hold: Hold? = nil, quietInterval: Seconds? = nil
  ) {
    self.name = name
    self.unit = unit
    self.profile = profile
    self.channels = channels
    self.certificate = certificate
    self.restart = restart
    self.trustedCommunication = trustedCommunication
    self.hold = hold
    self.quietInterval = quietInterval
  }

  /// The HTTP side of the console.
  public var plain: PlainSettings {
    channels.lazy.compactMap(\.plain).first ?? PlainSettings()
  }
}

/// HTTP or HTTPS.
public enum WebProtocol: String, Codable, Sendable {
  /// Plain HTTP.
  case http
  /// HTTP over TLS.
  case https
}

/// What the HTTP port does once HTTPS is enforced.
public enum AfterHTTPS: String, Codable, Sendable {
  /// GET and HEAD are redirected with status 308.
  case redirect
  /// Nothing listens any more.
  case closed
}

/// One listener of the service.
public struct ChannelSettings: Codable, Equatable, Sendable {
  /// `console`, `agents`, `remote-control` or a name of the administrator's.
  public var name: String
  /// The server block that the channel belongs to.
  public var site: String
  /// The port that speaks TLS, from the first day.
  public var httpsPort: Int
  /// Addresses to listen on, for example `0.0.0.0` and `::`.
  public var bind: [String]
  /// The HTTP side; only `console` has one.
  public var plain: PlainSettings?

  /// Makes one channel.
  public init(
    name: String, site: String = "main", httpsPort: Int, bind: [String] = ["0.0.0.0", "::"],
    plain: PlainSettings? = nil
  ) {
    self.name = name
    self.site = site
    self.httpsPort = httpsPort
    self.bind = bind
    self.plain = plain
  }

  /// The console with its defaults.
  public static func console(
    httpsPort: Int = 8383, plain: PlainSettings = PlainSettings()
  ) -> ChannelSettings {
    ChannelSettings(name: "console", httpsPort: httpsPort, plain: plain)
  }

  /// The agents' channel with its defaults.
  public static func agents(httpsPort: Int = 8383) -> ChannelSettings {
    ChannelSettings(name: "agents", httpsPort: httpsPort)
  }

  /// The remote-control channel with its defaults.
  public static func remoteControl(httpsPort: Int = 8443) -> ChannelSettings {
    ChannelSettings(name: "remote-control", httpsPort: httpsPort)
  }
}

/// The HTTP side of the console and when it ends.
public struct PlainSettings: Codable, Equatable, Sendable {
  /// What the settings ask for; enforcement overrides `http`.
  public var wanted: WebProtocol
  /// The HTTP port.
  public var httpPort: Int
  /// Grace period from first sight of the unit; 1 s to `Limits.longestGracePeriod`.
  public var enforceAfter: Seconds
  /// What the HTTP port does afterwards.
  public var afterHTTPS: AfterHTTPS

  /// Makes the HTTP side, with the defaults of the manual.
  public init(
    wanted: WebProtocol = .http, httpPort: Int = 8020, enforceAfter: Seconds = 30 * Limits.day,
    afterHTTPS: AfterHTTPS = .redirect
  ) {
    self.wanted = wanted
    self.httpPort = httpPort
    self.enforceAfter = enforceAfter
    self.afterHTTPS = afterHTTPS
  }
}

/// Where certificates come from.
public enum CertificateSource: String, Codable, Sendable {
  /// Made here, signed with its own key.
  case selfSigned = "self-signed"
  /// Issued by a CA and handed over by the administrator.
  case imported
  /// Kept up to date by something else on this host.
  case followed

  /// Whether somebody else issued it, so that it is not renewed here.
  public var isBrought: Bool { self != .selfSigned }
}

/// The kinds of keys that are made here.
public enum KeyKind: String, Codable, Sendable, CaseIterable {
  /// ECDSA on NIST P-256.
  case ecdsaP256 = "ecdsa-p256"
  /// ECDSA on NIST P-384.
  case ecdsaP384 = "ecdsa-p384"
  /// RSA, 3072 bits.
  case rsa3072 = "rsa-3072"
}

/// Which certificate is served.
public struct CertificateSettings: Codable, Equatable, Sendable {
  /// Where it comes from.
  public var source: CertificateSource
  /// Which imported certificate: SHA-256 of its DER form; nil: none was named.
  public var imported: String?
  /// When the imported certificate takes the place of the present one; nil: at once.
  public var activateAt: UnixSeconds?
  /// Which files are followed; nil: none were named.
  public var followed: FollowedFiles?
  /// How long a followed certificate waits after it was taken in; nil: not at all.
  public var activateAfter: Seconds?
  /// Names and addresses; nil: those of the host at the time it is made.
  public var names: [String]?
  /// The kind of key.
  public var key: KeyKind
  /// Validity of a certificate made here.
  public var lifetime: Seconds
  /// Before expiry, the span in which a restart renews; under half of `lifetime`.
  public var renewalWindow: Seconds

  /// Makes certificate settings, with the defaults of the manual.
  public init(
    source: CertificateSource = .selfSigned, imported: String? = nil,
    activateAt: UnixSeconds? = nil, followed: FollowedFiles? = nil,
    activateAfter: Seconds? = nil, names: [String]? = nil,
    key: KeyKind = .ecdsaP256, lifetime: Seconds = 365 * Limits.day,
    renewalWindow: Seconds = 30 * Limits.day
  ) {
    self.source = source
    self.imported = imported
    self.followed = followed
    self.activateAt = activateAt
    self.activateAfter = activateAfter
    self.names = names
    self.key = key
    self.lifetime = lifetime
    self.renewalWindow = renewalWindow
  }
}

/// How changes are applied.
public struct RestartSettings: Codable, Equatable, Sendable {
  /// With this much left before expiry the certificate is renewed without waiting for a restart.
  public var forceBeforeExpiry: Seconds
  /// How long each channel has to answer before roll-back.
  public var verifyWithin: Seconds
  /// When renewals need not wait for a restart by others; nil: never, before `forceBeforeExpiry`.
  public var window: RestartWindow?

  /// Makes restart settings, with the defaults of the manual.
  public init(
    forceBeforeExpiry: Seconds = 3 * Limits.day, verifyWithin: Seconds = 30,
    window: RestartWindow? = nil
  ) {
    self.forceBeforeExpiry = forceBeforeExpiry
    self.verifyWithin = verifyWithin
    self.window = window
  }
}

/// A span that comes again and again.
public struct RestartWindow: Codable, Equatable, Sendable {
  /// The length where none is given.
  public static let defaultLength: Seconds = 3_600

  /// When it begins: a calendar expression of systemd.time(7).
  public var start: String
  /// How long it is.
  public var length: Seconds

  /// Makes a window.
  public init(start: String, length: Seconds = RestartWindow.defaultLength) {
    self.start = start
    self.length = length
  }
}

/// A wish of the administrator's: no action by itself until then.
public struct Hold: Codable, Equatable, Sendable {
  /// Until when.
  public var until: UnixSeconds
  /// Why, for whoever reads the status.
  public var reason: String?

  /// Makes a hold.
  public init(until: UnixSeconds, reason: String? = nil) {
    self.until = until
    self.reason = reason
  }
}
