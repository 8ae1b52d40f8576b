public import Planner
internal import Systemd

/// Looks who listens on the ports that a generation wants, before anything is switched.
public enum PortLookup {
  /// One line about the first port that somebody else than `unit` holds; nil: all are free.
  ///
  /// A wildcard and an address of its family meet on one port, as bind(2) refuses the second.
  public static func conflict(_ claims: [PortClaim], unit: String) -> String? {
    for claim in claims {
      for holder in listeningSocketHolders(port: claim.port) where holder.unit != unit {
        guard meets(claim.address, holder.address) else { continue }
        return "port \(claim.port) is taken by \(describe(holder))"
      }
    }
    return nil
  }

  static func describe(_ holder: PortHolder) -> String {
    var text = holder.process.map { "\"\($0)\"" } ?? "another process"
    if let pid = holder.pid { text += " (process \(pid))" }
    if let unit = holder.unit { text += " of \(unit)" }
    return text
  }

  static func meets(_ claim: String, _ held: String) -> Bool {
    if claim == held { return true }
    let isSix = claim.contains(":")
    // A socket on "::" takes IPv4 too unless it asked not to, so it meets everything.
    if held == "::" { return true }
    guard isSix == held.contains(":") else { return false }
    return claim == "0.0.0.0" || claim == "::" || held == "0.0.0.0"
  }
}
