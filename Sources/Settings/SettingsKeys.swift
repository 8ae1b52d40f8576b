// Every key that settings know, with its default: the one table behind suggestions, refusals,
// manual and tests.
internal import Planner

/// The keys of a settings file.
public enum SettingsKeys {
  /// All of them, in the order of the manual.
  public static let known: [KeyDescription] =
    [
      KeyDescription("unit", .unit, default: nil, "The systemd unit that is supervised. Required."),
      KeyDescription(
        "profile", .name, default: nil,
        "How this kind of server is configured, for example \"nginx\". Required."),
      KeyDescription(
        "channels.console.protocol", .choice(["http", "https"]), default: "\"http\"",
        "What the console speaks; once HTTPS is enforced, it stays HTTPS."),
      KeyDescription(
        "channels.console.http_port", .port, default: "8020",
        "The console's port for HTTP; after enforcement it redirects or is closed."),
      KeyDescription(
        "channels.console.enforce_https_after", .duration(1...Limits.longestGracePeriod),
        default: "\"30d\"", "Grace period from first sight of the unit, at most 90 days."),
      KeyDescription(
        "channels.console.after_https", .choice(["redirect", "closed"]), default: "\"redirect\"",
        "What the HTTP port does once HTTPS is enforced."),
    ]
    + channel("console", port: "8383", isOptional: false)
    + channel("agents", port: "8383")
    + channel("remote-control", port: "8443")
    + channel(anyChannel, port: nil)
    + certificate + restart
    + [
      KeyDescription(
        "agents.trusted_communication", .flag(), default: "false",
        "Whether agents check the certificate against public CAs; needs a certificate of one.")
    ]

  /// Stands in a path for the name of any other channel.
  static let anyChannel = "NAME"

  /// The channels that are there without being written.
  static let builtInChannels = ["console", "agents", "remote-control"]

  private static func channel(
    _ name: String, port: String?, isOptional: Bool = true
  ) -> [KeyDescription] {
    let enabled: ValueRule =
      isOptional ? .flag() : .flag(only: true, because: "there is no service without its console")
    return [
      KeyDescription(
        "channels.\(name).https_port", .port, default: port,
        "The port for HTTPS, served from the first day."),
      KeyDescription(
        "channels.\(name).bind", .addresses, default: "[\"0.0.0.0\", \"::\"]",
        "The addresses to listen on."),
      KeyDescription(
        "channels.\(name).site", .name, default: "\"main\"",
        "The server block of the channel; channels of one site can share a port."),
      KeyDescription(
        "channels.\(name).enabled", enabled, default: "true",
        "false: the service does not have this channel."),
    ]
  }

  private static let certificate: [KeyDescription] = [
    KeyDescription(
      "certificate.source", .choice(["self-signed", "imported", "followed"]),
      default: "\"self-signed\"",
      "Where the certificate comes from; \"imported\" is written by: supervisord-ec certificate"
        + " import; \"followed\" needs the two files below."),
    KeyDescription(
      "certificate.imported", .sha256, default: nil,
      "Which imported certificate: the SHA-256 of its DER form. Written by: supervisord-ec"
        + " certificate import."),
    KeyDescription(
      "certificate.activate_at", .moment, default: nil,
      "When the imported certificate takes the place of the present one; without it, at once."
        + " Written by: supervisord-ec certificate import --activate-at."),
    KeyDescription(
      "certificate.activate_after", .duration(0...SettingsLimits.longestActivation),
      default: "\"0s\"",
      "How long a followed certificate lies ready before it takes the place of the present one."),
    KeyDescription(
      "certificate.names", .hostNames, default: nil,
      "Names and addresses in the certificate; without it, those of the host."),
    KeyDescription(
      "certificate.key", .choice(KeyKind.allCases.map(\.rawValue)), default: "\"ecdsa-p256\"",
      "The kind of key."),
    KeyDescription(
      "certificate.lifetime",
      .duration(SettingsLimits.shortestLifetime...Limits.longestLifetime), default: "\"365d\"",
      "Validity of a certificate that is made here; counts from the next renewal on."),
    KeyDescription(
      "certificate.renewal_window", .duration(1...((Limits.longestLifetime - 1) / 2)),
      default: "\"30d\"",
      "Before expiry, the span in which a restart renews; under half of lifetime. A third of a"
        + " lifetime that is too short for the default."),
    KeyDescription(
      "certificate.certificate", .path, default: nil,
      "A file with certificate and chain that something else keeps up to date; for \"followed\"."),
    KeyDescription(
      "certificate.key_file", .path, default: nil,
      "The file with its key; may be the same. For \"followed\"."),
  ]

  private static let restart: [KeyDescription] = [
    KeyDescription(
      "restart.window.start", .calendar, default: nil,
      "When a span begins in which a new certificate is served without waiting for a restart, as"
        + " systemd.time(7) writes it; without it, only restarts by others count."),
    KeyDescription(
      "restart.window.length",
      .duration(SettingsLimits.shortestWindow...SettingsLimits.longestWindow),
      default: nil, "How long that span is; an hour if it is not given."),
    KeyDescription(
      "restart.force_before_expiry", .duration(1...((Limits.longestLifetime - 1) / 2)),
      default: "\"3d\"",
      "With this much left the certificate is renewed without waiting for a restart; less than"
        + " renewal_window."),
    KeyDescription(
      "restart.verify_within", .duration(1...SettingsLimits.longestVerification),
      default: "\"30s\"", "How long each channel has to answer before roll-back."),
    KeyDescription(
      "changes.quiet_interval", .duration(1...SettingsLimits.longestQuietInterval),
      default: quoted(formatDuration(ServiceSettings.defaultQuietInterval)),
      "A file that is written in place is read when nothing was written for so long; after 30 s of"
        + " writing it is read in any case, and a file that is renamed into place at once."),
    KeyDescription(
      "hold.until", .moment, default: nil,
      "No action by itself until then; see supervisord-ec hold."),
    KeyDescription("hold.reason", .note, default: nil, "Why, for whoever reads the status."),
  ]
}
