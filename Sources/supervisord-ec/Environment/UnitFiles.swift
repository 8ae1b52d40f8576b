internal import Files

/// Finds unit files by name, for checks that must work without systemd.
///
/// What systemd makes of them is for `adopt` to ask.
struct UnitFiles: Sendable {
  /// The load path of system units (systemd.unit(5), table 1), without what is transient.
  var folders = [
    "/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    "/run/systemd/generator.late",
  ]

  /// Why a unit cannot be supervised, in one line; nil if nothing speaks against it here.
  func problem(_ name: String) -> String? {
    guard !name.contains("/"), folders.contains(where: { FileSystem.exists("\($0)/\(name)") })
    else {
      return "there is no unit \"\(name)\"; \"systemctl list-unit-files --type=service\" shows all"
    }
    return nil
  }
}
