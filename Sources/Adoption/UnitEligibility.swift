/// What systemd says about a unit (org.freedesktop.systemd1.Unit and .Service).
public struct UnitFacts: Equatable, Sendable {
  /// `Id`: the name without aliases.
  public var id: String
  /// `LoadState`: `loaded`, `not-found`, `masked`, `bad-setting` or `error`.
  public var loadState: String
  /// `TriggeredBy`: units that start this one.
  public var triggeredBy: [String]
  /// `CanReload`: whether the unit has an `ExecReload=`.
  public var canReload: Bool

  /// Makes facts.
  public init(id: String, loadState: String, triggeredBy: [String] = [], canReload: Bool = true) {
    self.id = id
    self.loadState = loadState
    self.triggeredBy = triggeredBy
    self.canReload = canReload
  }
}

/// Whether a unit can be adopted.
public enum UnitEligibility {
  /// The answer: adoptable if `refusal` is nil.
  ///
  /// Each text is one line with what to do.
  public struct Verdict: Equatable, Sendable {
    /// Why not.
    public var refusal: String?
    /// What the administrator should know all the same.
    public var warnings: [String] = []
  }

  /// Judges the name alone, before systemd is asked: it becomes part of paths and of a polkit rule.
  public static func refusal(forName name: String) -> String? {
    let bytes = Array(name.utf8)
    let isPlain = bytes.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "@:-_.\\".utf8.contains(byte)
    }
    guard isPlain, !bytes.isEmpty, bytes.count <= AdoptionLimits.unitNameBytes,
      bytes.first != UInt8(ascii: ".")
    else {
      return "\"\(printable(name))\" is not the name of a unit (systemd.unit(5)); "
        + "\"systemctl list-units --type=service\" shows them"
    }
    guard name.hasSuffix(".service"), name != ".service" else {
      return "\"\(name)\" is not a service; name it in full, for example \"nginx.service\""
    }
    if name.hasPrefix("supervisord-ec") {
      return "\"\(name)\" belongs to supervisord-ec itself; name the unit of the server"
    }
    guard let at = name.firstIndex(of: "@") else { return nil }
    let kind =
      name[at...] == "@.service" ? "a template unit" : "an instance of a template unit"
    return "\"\(name)\" is \(kind), and its instances share one configuration; adopt a unit "
      + "without \"@\", made with \"systemctl edit --force --full\" from the template"
  }

  /// Judges name and facts.
  ///
  /// `profileReloads`: whether the profile serves changes by a reload.
  public static func judge(
    _ name: String, facts: UnitFacts, profileReloads: Bool
  ) -> Verdict {
    if let refusal = refusal(forName: name) { return Verdict(refusal: refusal) }
    switch facts.loadState {
    case "loaded": break
    case "not-found":
      return Verdict(
        refusal: "systemd knows no unit \"\(name)\"; install the server, or look for the name "
          + "with \"systemctl list-unit-files --type=service\"")
    case "masked":
      return Verdict(
        refusal: "\"\(name)\" is masked, so nothing can start it; run "
          + "\"systemctl unmask \(name)\" first")
    default:
      return Verdict(
        refusal: "systemd cannot load \"\(name)\" (\(printable(facts.loadState))); "
          + "\"systemctl status \(name)\" says why")
    }
    if facts.id != name {
      return Verdict(
        refusal: "\"\(name)\" is another name of \"\(printable(facts.id))\"; adopt that one")
    }
    if let socket = facts.triggeredBy.sorted().first(where: { $0.hasSuffix(".socket") }) {
      return Verdict(
        refusal: "\"\(name)\" gets its listeners from \"\(printable(socket))\", so its ports are "
          + "not in its own configuration; run \"systemctl mask --now \(printable(socket))\" "
          + "and let the server listen itself")
    }
    var verdict = Verdict()
    if profileReloads && !facts.canReload {
      verdict.warnings.append(
        "\"\(name)\" has no ExecReload=, so every change restarts it; add one with "
          + "\"systemctl edit \(name)\"")
    }
    return verdict
  }

  /// A name from outside, without what could disturb a terminal.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(256).map { scalar in
          scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : scalar
        }))
  }
}
