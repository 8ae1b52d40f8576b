internal import Planner

/// Whose turn it is: only some services are acted on at once, the others in the order of asking.
///
/// The end of one action lets one waiting service begin; the others are not even looked at, as a
/// look at each of a thousand after each of a thousand steps would take hours. Who only waits (a
/// probe without an answer, a job that hangs, the pause before another try) keeps nobody back.
struct Turns {
  /// At most so many services are acted on at once, so that a host with many stays responsive.
  static let atOnce = 4
  /// An action that takes longer waits for somebody and costs the host little: its place is free.
  ///
  /// It goes on. Making a key and checking a server take less.
  static let longest: Seconds = 3

  /// When the action under way began, on the boottime clock.
  private var acting: [String: Seconds] = [:]
  private var waiting: [String] = []

  /// Whether a service may begin an action.
  func mayAct(_ name: String, now: Seconds) -> Bool {
    acting[name] != nil || busy(now) < Self.atOnce
  }

  /// Takes in how a look at a service ended.
  mutating func note(_ name: String, isActing: Bool, isWaiting: Bool, now: Seconds) {
    acting[name] = isActing ? acting[name] ?? now : nil
    if !isWaiting || isActing {
      waiting.removeAll { $0 == name }
    } else if !waiting.contains(name) {
      waiting.append(name)
    }
  }

  /// The action of a service ended, or the service is gone.
  mutating func end(_ name: String) {
    acting[name] = nil
    waiting.removeAll { $0 == name }
  }

  /// Who waited longest, if one more may begin; it waits no longer, so it must be looked at.
  mutating func next(now: Seconds) -> String? {
    guard !waiting.isEmpty, busy(now) < Self.atOnce else { return nil }
    return waiting.removeFirst()
  }

  /// In how long somebody who waits may begin though no action ends; nil: nobody waits.
  func pause(now: Seconds) -> Seconds? {
    guard !waiting.isEmpty else { return nil }
    return acting.values.filter { now - $0 < Self.longest }.min().map { $0 + Self.longest - now }
  }

  private func busy(_ now: Seconds) -> Int {
    acting.values.count { now - $0 < Self.longest }
  }
}
