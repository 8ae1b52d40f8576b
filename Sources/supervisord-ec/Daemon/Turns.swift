/// Whose turn it is: only some services are acted on at once, the others in the order of asking.
///
/// The end of one action lets one waiting service begin; the others are not even looked at, as a
/// look at each of a thousand after each of a thousand steps would take hours.
struct Turns {
  /// At most so many services are acted on at once, so that a host with many stays responsive.
  static let atOnce = 4

  private var acting: Set<String> = []
  private var waiting: [String] = []

  /// Whether a service may begin an action.
  func mayAct(_ name: String) -> Bool {
    acting.contains(name) || acting.count < Self.atOnce
  }

  /// Takes in how a look at a service ended.
  mutating func note(_ name: String, isActing: Bool, isWaiting: Bool) {
    if isActing { acting.insert(name) } else { acting.remove(name) }
    if !isWaiting || isActing {
      waiting.removeAll { $0 == name }
    } else if !waiting.contains(name) {
      waiting.append(name)
    }
  }

  /// The action of a service ended, or the service is gone.
  mutating func end(_ name: String) {
    note(name, isActing: false, isWaiting: false)
  }

  /// Who waited longest, if one more may begin; it waits no longer, so it must be looked at.
  mutating func next() -> String? {
    guard acting.count < Self.atOnce, !waiting.isEmpty else { return nil }
    return waiting.removeFirst()
  }
}
