/// What is wrong with a host at the moment.
struct Faults: Equatable {
  var foreignPorts: Set<Int> = []
  var deafPorts: Set<Int> = []
  var serverRefuses = false
  var stageFails = false
  var diskFails = false
  var preparationFails = false
  var jobsLie = false
  var jobsAreSlow = false
  var dropInUnwritable = false
  var ratchetUnreadable = false
  var systemdAway = false
  var profileMissing = false
  var isMasked = false
  var isStuck = false

  /// Always in the same order, so that one seed tells one history.
  var text: String {
    let flags = [
      serverRefuses ? "the server refuses" : "", stageFails ? "staging fails" : "",
      diskFails ? "the disk fails" : "", preparationFails ? "preparation fails" : "",
      jobsLie ? "jobs lie" : "", jobsAreSlow ? "jobs are slow" : "",
      dropInUnwritable ? "no drop-in" : "", ratchetUnreadable ? "the ratchet is damaged" : "",
      systemdAway ? "systemd is away" : "", profileMissing ? "no profile" : "",
      isMasked ? "masked" : "", isStuck ? "the unit is stuck" : "",
    ].filter { !$0.isEmpty }
    return "ports taken \(foreignPorts.sorted()), deaf \(deafPorts.sorted()) \(flags)"
  }
}
