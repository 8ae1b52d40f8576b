internal import Planner

/// Whose turn it is: only some services are acted on at once, the others in the order of asking.
///
/// The end of one action lets one waiting service begin; the others are not even looked at, as a
/// look at each of a thousand after each of a thousand steps would take hours. Who only waits (a
/// probe without an answer, a job that hangs, the pause before another try) keeps nobody back.
struct Turns {
  /// What an action costs the host.
  enum Cost {
    /// A program of ours runs: a key is made, a server checks its configuration.
    case work
    /// A probe or a job of the service: it may hang, and costs little then.
    case wait
  }

  /// At most so many services are acted on at once, so that a host with many stays responsive.
  static let atOnce = 4
  /// A probe or a job that takes longer gives its place free, and goes on.
  static let longestWait: Seconds = 3

  private struct Action {
    var began: Seconds
    var cost: Cost
  }

  /// The actions under way; times are of the boottime clock.
  private var acting: [String: Action] = [:]
  private var waiting: [String] = []

  /// Whether a service may begin an action.
  func mayAct(_ name: String, now: Seconds) -> Bool {
    acting[name] != nil || busy(now) < Self.atOnce
  }

  /// Takes in how a look at a service ended: what is done now (nil: nothing), and whether it wants
  /// to act.
  mutating func note(_ name: String, acting cost: Cost?, isWaiting: Bool, now: Seconds) {
    acting[name] = cost.map { Action(began: acting[name]?.began ?? now, cost: $0) }
    if !isWaiting || cost != nil {
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

  /// In how long somebody who waits may begin though no action ends; nil: nobody, or not known.
  func pause(now: Seconds) -> Seconds? {
    guard !waiting.isEmpty else { return nil }
    let ends = acting.values.filter { $0.cost == .wait }.map { $0.began + Self.longestWait - now }
    return ends.filter { $0 > 0 }.min()
  }

  private func busy(_ now: Seconds) -> Int {
    acting.values.count { $0.cost == .work || now - $0.began < Self.longestWait }
  }
}

extension Step {
  /// What it costs the host while it is under way.
  var cost: Turns.Cost {
    switch self {
    case .probe, .reload, .restart: .wait
    case .recordFirstSight, .enforce, .readCalendar, .stage, .lookUpPorts, .check, .switchCurrent,
      .commit, .rollBack, .prune, .answer:
      .work
    }
  }
}
