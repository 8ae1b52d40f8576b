import Planner

extension World {
  /// Something happens that the daemon did not do; answers what.
  mutating func happen(_ random: inout SplitMix64) -> String {
    lastDisturbed = elapsed
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<30: return edit(&random)
    case 30..<43: return administrate(&random)
    case 43..<52:
      let verb: Request.Verb = random.chance(500) ? .restart : .renew
      ask(verb)
      return "\(verb.rawValue) asked for"
    case 52..<58 where !isShared: return stepClock(&random)
    case 58..<60: return lose(&random)
    case 60..<68: return bring(&random)
    default: return toggleFault(&random)
    }
  }

  /// The command line asks for something.
  mutating func ask(_ verb: Request.Verb) {
    serial += 1
    requests.append(Request(id: "\(serial)", name: "console", verb: verb, at: realtime))
  }

  private mutating func administrate(_ random: inout SplitMix64) -> String {
    // Now and then the daemon hears of it late.
    if random.chance(200) {
      told = (unitFacts, elapsed + Int.random(in: 1...60, using: &random))
    }
    switch Int.random(in: 0..<10, using: &random) {
    case 0:
      stopUnit()
      return "systemctl stop"
    case 1:
      guard activity == .active else { return "nothing" }
      activity = .failed
      serving = nil
      run += 1
      return "the server dies"
    case 2...3:
      let isDone = reloadUnit()
      return "systemctl reload: \(isDone)"
    default:
      let isDone = startUnit()
      return "systemctl restart: \(isDone)"
    }
  }

  private mutating func lose(_ random: inout SplitMix64) -> String {
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      ratchet = Ratchet()
      return "the ratchet is lost"
    case 1:
      let spare = generations.keys.filter { $0 != current && $0 != candidate }.sorted()
      guard let number = spare.randomElement(using: &random) else { return "nothing" }
      generations[number] = nil
      damaged.insert(number)
      return "generation \(number) is damaged"
    default:
      if candidate != current, let number = candidate { generations[number] = nil }
      candidate = nil
      return "the candidate is lost"
    }
  }

  private mutating func toggleFault(_ random: inout SplitMix64) -> String {
    let port = random.pick(Draft.ports + [8020, 8021])
    switch Int.random(in: 0..<18, using: &random) {
    case 0...2:
      if faults.foreignPorts.remove(port) != nil { return "port \(port) is free again" }
      guard serving.map({ Server.claims($0.listen)[port] == nil }) ?? true else {
        return "nothing"
      }
      faults.foreignPorts.insert(port)
      return "port \(port) is taken"
    case 3...4:
      if faults.deafPorts.remove(port) == nil { faults.deafPorts.insert(port) }
      return "deaf ports \(faults.deafPorts.sorted())"
    case 5: faults.serverRefuses.toggle()
    case 6: faults.stageFails.toggle()
    case 7 where !isShared: faults.diskFails.toggle()
    case 8: faults.preparationFails.toggle()
    case 9: faults.jobsLie.toggle()
    case 10: faults.dropInUnwritable.toggle()
    case 11: faults.ratchetUnreadable.toggle()
    case 12 where !isShared: faults.systemdAway.toggle()
    case 13: faults.profileMissing.toggle()
    case 14: faults.isMasked.toggle()
    case 15: faults.jobsAreSlow.toggle()
    case 16: faults.isStuck.toggle()
    default:
      var shared = Faults()
      if isShared {
        (shared.diskFails, shared.systemdAway) = (faults.diskFails, faults.systemdAway)
      }
      faults = shared
      return "all faults end"
    }
    return "faults: \(faults.text)"
  }

  /// Everything is mended, by an administrator who knows what to do.
  mutating func mend() {
    faults = Faults()
    clockError = 0
    synchronised = true
    told = nil
    judgeClock()
    if draft.health != .valid || draft.settings.hold != nil || draft.isNever {
      draft.health = .valid
      draft.settings.hold = nil
      if draft.isNever { draft.settings.restart.window = nil }
      digest += 1
    }
    mendBrought()
    lastDisturbed = elapsed
    settle()
    if activity != .active { _ = startUnit() }
  }
}
