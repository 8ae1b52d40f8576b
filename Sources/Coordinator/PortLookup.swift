public import Planner
internal import Systemd

/// Looks who listens on the ports that a generation wants, before anything is switched.
public enum PortLookup {
  /// One line about the first port that somebody else than `unit` holds; nil: all are free, or
  /// the kernel does not tell, and then the probe does.
  public static func conflict(_ claims: [PortClaim], unit: String) -> String? {
    for claim in claims {
      guard let holders = try? listeningSocketHolder(port: claim.port, address: claim.address)
      else { continue }
      if let holder = holders.first(where: { $0.unit != unit }) {
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
}
