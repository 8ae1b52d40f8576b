/// The texts of the root-owned pieces, pure.
public enum RootTexts {
  /// The drop-in of the supervised unit: preparation runs before each start, and never prevents it.
  public static func dropIn(name: String) -> String {
    """
    # Made by "supervisord-ec adopt", removed by "supervisord-ec release \(name)".
    # Before each start of this unit its certificate is renewed if that is due, and the
    # configuration staged last comes into effect. The unit starts whatever becomes of that.
    # See supervisord-ec(8).
    [Unit]
    Wants=supervisord-ec-prepare@\(name).service
    After=supervisord-ec-prepare@\(name).service

    """
  }

  /// The polkit rule of one service (polkit(8)): what the daemon may ask of systemd, and no more.
  ///
  /// `StartTransientUnit` comes without a unit, so it never matches.
  public static func polkitRule(name: String, unit: String) -> String {
    let helpers = ["calendar", "stage", "check", "prepare", "collect"].map { part in
      "            " + scriptString("supervisord-ec-\(part)@\(name).service")
    }
    return """
      // Made by "supervisord-ec adopt", removed by "supervisord-ec release \(name)".
      // The daemon may restart and reload the service's unit, and start its own helpers.
      polkit.addRule(function(action, subject) {
          if (action.id !== "org.freedesktop.systemd1.manage-units" ||
              subject.user !== "supervisord-ec") {
              return undefined;
          }
          var unit = action.lookup("unit");
          var verb = action.lookup("verb");
          if (unit === \(scriptString(unit)) &&
              ["restart", "try-restart", "reload"].indexOf(verb) >= 0) {
              return polkit.Result.YES;
          }
          var helpers = [
      \(helpers.joined(separator: ",\n"))
          ];
          if (verb === "start" && helpers.indexOf(unit) >= 0) {
              return polkit.Result.YES;
          }
          return undefined;
      });

      """
  }

  /// A string of JavaScript that nothing can break out of: all but plain characters is escaped.
  static func scriptString(_ text: String) -> String {
    var result = "\""
    for unit in text.utf16 {
      let isPlain =
        (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit)
        || (0x61...0x7A).contains(unit) || "@.-_:".utf16.contains(unit)
      if isPlain, let scalar = UnicodeScalar(unit) {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result + "\""
  }

  /// The settings file of a new service.
  ///
  /// Without a `protocol` line: after enforcement it would read as an attempt to go back.
  /// `unit` and `profile` were checked before; what TOML could misread is escaped all the same.
  public static func settings(unit: String, profile: String) -> String {
    """
    # What supervisord-ec does for this service. Lines with "# KEY = VALUE" show the default.
    # All settings: supervisord-ec.toml(5). A change is taken up at once; "supervisord-ec check"
    # tells beforehand whether it is right, "supervisord-ec plan" what it will do.
    unit = \(tomlString(unit))
    profile = \(tomlString(profile))

    # The console, for people. HTTPS from the first day; HTTP until it is enforced, and then
    # HTTPS only, for good.
    [channels.console]
    http_port = 8020
    https_port = 8383
    # enforce_https_after = "30d"    # from first sight of the unit, at most 90d
    # after_https = "redirect"       # the HTTP port afterwards: "redirect" or "closed"
    # bind = ["0.0.0.0", "::"]

    [channels.agents]
    https_port = 8383

    [channels.remote-control]
    https_port = 8443

    [certificate]
    # source = "self-signed"
    # names = ["console.example.com"]  # default: the host's names and addresses
    # key = "ecdsa-p256"             # or "ecdsa-p384", "rsa-3072"
    # lifetime = "365d"              # at most 397d
    # renewal_window = "30d"         # renewed by a restart in the last 30 days

    [restart]
    # force_before_expiry = "3d"     # with this much left, restarted without waiting for you
    # verify_within = "30s"          # how long each channel has to answer, before roll-back

    [agents]
    # trusted_communication = false  # agents check the certificate against public CAs

    """
  }

  /// A basic string of TOML 1.0.
  static func tomlString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
