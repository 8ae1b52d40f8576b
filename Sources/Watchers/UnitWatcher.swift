public import Planner
public import Systemd

/// Knows the state of each supervised unit, from systemd's own words.
public final class UnitWatcher {
  private let manager: Manager
  private let onChange: (_ unit: String) -> Void
  private var facts: [String: UnitFacts] = [:]
  private var names: [String: String] = [:]
  private var asking: Set<String> = []
  private var askAgain: Set<String> = []
  private var stale: Set<String> = []
  /// Whether the preparation of a service can run, as far as it is known; only a reload of systemd
  /// or a job of ours makes that worth asking again.
  private var prepared: [String: Bool] = [:]
  /// Counts what makes it worth asking again, so that no answer from before is kept.
  private var preparedEdition = 0

  /// Follows units through `manager`, whose callbacks it takes over.
  public init(manager: Manager, onChange: @escaping (_ unit: String) -> Void) {
    self.manager = manager
    self.onChange = onChange
    manager.onConnected = { [weak self] in self?.askAll() }
    manager.onReloaded = { [weak self] in self?.askAll() }
    manager.onDisconnected = { [weak self] _ in self?.forgetAll() }
    manager.onUnitChanged = { [weak self] unit in self?.ask(unit) }
  }

  /// Follows `unit`, whose preparation is named after the service `name`.
  public func follow(_ unit: String, service name: String) {
    guard names[unit] != name else { return }
    names[unit] = name
    prepared[unit] = nil
    facts[unit] = UnitFacts(activity: .unknown)
    manager.watch(unit: unit)
    if manager.isConnected { ask(unit) }
  }

  /// Follows `unit` no longer.
  public func forget(_ unit: String) {
    guard names.removeValue(forKey: unit) != nil else { return }
    facts[unit] = nil
    stale.remove(unit)
    prepared[unit] = nil
    manager.unwatch(unit: unit)
  }

  /// The units that are followed.
  public var followed: [String] { names.keys.sorted() }

  /// The service that a unit belongs to; nil: it is not followed.
  public func service(of unit: String) -> String? { names[unit] }

  /// What is known of `unit`.
  public func facts(of unit: String) -> UnitFacts { facts[unit] ?? UnitFacts(activity: .unknown) }

  /// Asks systemd anew, as a job of ours has ended, and tells `onChange` even if nothing changed.
  ///
  /// The end of a job is told before the run that it began: what was known until now speaks of the
  /// run before, and deciding on it would take our own restart for somebody else's.
  public func refresh(_ unit: String) {
    guard names[unit] != nil else { return }
    stale.insert(unit)
    prepared[unit] = nil
    preparedEdition += 1
    ask(unit)
  }

  /// Whether the facts of `unit` are from before a job of ours.
  public func isStale(_ unit: String) -> Bool { stale.contains(unit) }

  private func ask(_ unit: String) {
    guard let name = names[unit] else { return }
    guard asking.insert(unit).inserted else {
      askAgain.insert(unit)
      return
    }
    manager.properties(of: unit, scope: .anyUnit) { [weak self] result in
      guard let self else { return }
      guard case .success(let properties) = result else { return self.lacksAnswer(unit, name) }
      self.withPreparation(of: unit, service: name) { [weak self] isLoaded in
        guard let self else { return }
        guard let isLoaded else { return self.lacksAnswer(unit, name) }
        self.finish(
          unit, Self.facts(properties, service: name, preparationLoaded: isLoaded), service: name)
      }
    }
  }

  /// No answer is no knowledge: nothing is decided on it, and the question is asked again.
  private func lacksAnswer(_ unit: String, _ name: String) {
    finish(unit, UnitFacts(activity: .away), service: name)
    manager.tellAgain(unit: unit)
  }

  /// A masked preparation is pulled in all the same, so its own state counts too; nil: no answer.
  private func withPreparation(
    of unit: String, service name: String, _ use: @escaping (_ isLoaded: Bool?) -> Void
  ) {
    if let known = prepared[unit] { return use(known) }
    let edition = preparedEdition
    manager.properties(of: Self.preparation(of: name), scope: .anyUnit) { [weak self] result in
      guard let self else { return }
      let isLoaded = (try? result.get()).map { $0.loadState == "loaded" }
      if edition == preparedEdition, names[unit] == name { prepared[unit] = isLoaded }
      use(isLoaded)
    }
  }

  private func finish(_ unit: String, _ now: UnitFacts, service name: String) {
    asking.remove(unit)
    guard names[unit] == name else { return }
    if askAgain.remove(unit) != nil {
      learn(unit, now)
      return ask(unit)
    }
    let wasStale = stale.remove(unit) != nil
    learn(unit, now, isAwaited: wasStale)
  }

  private static func preparation(of name: String) -> String {
    "supervisord-ec-prepare@\(name).service"
  }

  private func learn(_ unit: String, _ now: UnitFacts, isAwaited: Bool = false) {
    guard facts[unit] != now || isAwaited else { return }
    facts[unit] = now
    onChange(unit)
  }

  private func askAll() {
    prepared = [:]
    preparedEdition += 1
    for unit in names.keys.sorted() { ask(unit) }
  }

  private func forgetAll() {
    asking = []
    askAgain = []
    prepared = [:]
    preparedEdition += 1
    let awaited = stale
    stale = []
    for unit in names.keys.sorted() {
      learn(unit, UnitFacts(activity: .away), isAwaited: awaited.contains(unit))
    }
  }

  /// What matters of a unit's properties (org.freedesktop.systemd1(5)).
  static func facts(
    _ unit: UnitProperties, service name: String, preparationLoaded: Bool
  ) -> UnitFacts {
    let preparation = preparation(of: name)
    let inForce =
      preparationLoaded && unit.wants.contains(preparation) && unit.after.contains(preparation)
    return UnitFacts(
      activity: activity(unit), invocation: unit.invocationID,
      preparationInForce: unit.loadState == "loaded" ? inForce : nil)
  }

  private static func activity(_ unit: UnitProperties) -> UnitFacts.Activity {
    switch unit.loadState {
    case "not-found", "bad-setting", "error": return .notFound
    case "masked" where unit.activeState != "active": return .masked
    default: break
    }
    if unit.job != 0 { return .changing }
    switch unit.activeState {
    case "active": return .active
    case "inactive": return .inactive
    case "failed": return .failed
    default: return .changing
    }
  }
}
