/// Whose turn it is: only some services are acted on at once, the others in the order of asking.
///
/// A turn goes from step to step until nothing is left to do, so that a change once begun is not
/// left half made behind others. The end of a turn lets one waiting service begin; the others are
/// not even looked at, as a look at each of a thousand after each of a thousand steps would take
/// hours. Nobody keeps others back for long: what takes longer than it should gives its place free
/// and goes on, and who is in trouble, and so tried again and again, waits behind who is not.
public struct Turns: Sendable {
  /// What an action costs the host.
  public enum Cost: Sendable {
    /// A program of ours runs: a key is made, a server checks its configuration.
    case work
    /// A probe or a job of the service: it may hang, and costs little then.
    case wait

    /// An action that takes longer gives its place free, and goes on.
    ///
    /// On an idle host an RSA key takes 2 s, a check less than 1 s.
    var longest: Seconds {
      switch self {
      case .work: 10
      case .wait: 3
      }
    }
  }

  /// At most so many services are acted on at once, so that a host with many stays responsive.
  public static let atOnce = 4
  /// The last place is for services without trouble.
  static let forTroubled = atOnce - 1
  /// At most so many programs of ours run at once, slow ones included: each takes some memory.
  static let mostWork = 16
  /// The last of these are for services without trouble.
  static let mostWorkOfTroubled = mostWork - atOnce
  /// So many turns in a row go to services without trouble while one in trouble waits.
  static let turnsInARow = 8

  private struct Turn {
    var began: Seconds
    /// Nil: between two steps.
    var cost: Cost?

    /// When it gives its place free.
    var ends: Seconds { began + (cost ?? .wait).longest }
  }

  /// The turns under way; times are of the boottime clock.
  private var turns: [String: Turn] = [:]
  private var waiting: [String] = []
  private var troubled: Set<String> = []
  private var row = 0

  /// Nobody acts, nobody waits.
  public init() {}

  /// Whether a service may begin an action: it has its turn, or nobody waits for the free place.
  public func mayAct(_ name: String, now: Seconds) -> Bool {
    if turns[name] != nil { return true }
    guard isFree(for: name, now) else { return false }
    let ahead = waiting.prefix { $0 != name }
    return !ahead.contains { rank($0) == rank(name) } && !waiting.contains { rank($0) < rank(name) }
  }

  /// Takes in how a look at a service ended: what is done now (nil: nothing), whether it wants to
  /// act, and whether something is wrong with it that is tried again and again.
  public mutating func note(
    _ name: String, acting cost: Cost?, isWaiting: Bool, isInTrouble: Bool = false, now: Seconds
  ) {
    if isInTrouble { troubled.insert(name) } else { troubled.remove(name) }
    if let cost {
      let isSameStep = turns[name]?.cost != nil
      turns[name] = Turn(began: isSameStep ? turns[name]?.began ?? now : now, cost: cost)
    } else {
      turns[name] = nil
    }
    if !isWaiting || cost != nil {
      waiting.removeAll { $0 == name }
    } else if !waiting.contains(name) {
      waiting.append(name)
    }
  }

  /// A step of a service ended; its turn goes on until a look finds nothing more to do.
  public mutating func stepEnded(_ name: String, now: Seconds) {
    turns[name] = turns[name].map { _ in Turn(began: now, cost: nil) }
  }

  /// The service is gone.
  public mutating func forget(_ name: String) {
    turns[name] = nil
    troubled.remove(name)
    waiting.removeAll { $0 == name }
  }

  /// Whose turn begins, if one more may; it waits no longer, so it must be looked at.
  public mutating func next(now: Seconds) -> String? {
    let well = waiting.first { rank($0) == 0 }
    let other = waiting.first { rank($0) == 1 && isFree(for: $0, now) }
    let isTheirs = well == nil || row >= Self.turnsInARow
    let name = isTheirs ? other ?? well : well
    guard let name, isFree(for: name, now) else { return nil }
    row = name == well ? row + 1 : 0
    turns[name] = Turn(began: now, cost: nil)
    waiting.removeAll { $0 == name }
    return name
  }

  /// In how long somebody who waits may begin though no action ends; nil: nobody, or not known.
  public func pause(now: Seconds) -> Seconds? {
    guard !waiting.isEmpty else { return nil }
    return turns.values.map { $0.ends - now }.filter { $0 > 0 }.min()
  }

  private func rank(_ name: String) -> Int { troubled.contains(name) ? 1 : 0 }

  private func isFree(for name: String, _ now: Seconds) -> Bool {
    let isTroubled = troubled.contains(name)
    let busy = turns.values.count { now < $0.ends }
    let work = turns.values.count { $0.cost == .work }
    return busy < (isTroubled ? Self.forTroubled : Self.atOnce)
      && work < (isTroubled ? Self.mostWorkOfTroubled : Self.mostWork)
  }
}

extension Step {
  /// What it costs the host while it is under way.
  public var cost: Turns.Cost {
    switch self {
    case .probe, .reload, .restart: .wait
    case .recordFirstSight, .enforce, .readCalendar, .stage, .lookUpPorts, .check, .switchCurrent,
      .commit, .rollBack, .prune, .answer:
      .work
    }
  }
}
