extension Manager {
  /// How long one question may take, in seconds: PID 1 reads unit files meanwhile.
  private static let questionSeconds = 30
  /// dbus-daemon allows 512 match rules a connection; above this one rule serves for all units.
  static let mostWatchRules = 200

  /// A unit that is watched, under the names that it is known by.
  struct UnitWatch {
    /// The name that was asked for, and the primary one if that is another.
    var names: Set<String>
    var slots: [BusSlot] = []
  }

  /// Tells `onUnitChanged(unit)` from now on, over reconnections too.
  ///
  /// A change is told by PropertiesChanged and by the end of each job of the unit. UnitNew and
  /// UnitRemoved are left alone: asking for the properties of a unit that is not loaded causes
  /// both, so that looking would cause the next look.
  public func watch(unit: String) {
    guard watches[unit] == nil else { return }
    watches[unit] = UnitWatch(names: [unit])
    installWatchesOrReconnect()
  }

  /// Ends `watch(unit:)`.
  public func unwatch(unit: String) {
    guard watches.removeValue(forKey: unit) != nil else { return }
    installWatchesOrReconnect()
  }

  /// Asks for the present properties of a unit, which systemd loads for that if it must.
  ///
  /// A unit that does not exist is no error: its `loadState` is `not-found`.
  ///
  /// `scope` says which ones: those of all units cost PID 1 far less than all, as the others are
  /// read from control groups and the kernel.
  public func properties(
    of unit: String, scope: PropertyScope = .all,
    completion: @escaping (Result<UnitProperties, SystemdError>) -> Void
  ) {
    let path: String
    do throws(SystemdError) {
      path = try BusConnection.objectPath(unit, below: BusNames.unitPath)
    } catch {
      return loop.post { completion(.failure(error)) }
    }
    let method = BusMethod(
      destination: BusNames.systemd, path: path, interface: BusNames.properties, member: "GetAll")
    call(method, [scope.interface], timeoutSeconds: Self.questionSeconds) {
      message throws(SystemdError) in
      UnitProperties(try message.readProperties(UnitProperties.wanted))
    } completion: { [weak self] result in
      if case .success(let properties) = result {
        self?.learn(properties.id, of: unit)
        if self?.unanswered.isEmpty == true { self?.answerBackOff.reset() }
      }
      completion(result)
    }
  }

  /// Reads all unit files anew (`Reload`); systemd answers when it is done.
  public func daemonReload(
    timeoutSeconds: Int = 120, completion: @escaping (Result<Void, SystemdError>) -> Void
  ) {
    call(.systemd("Reload"), [], timeoutSeconds: timeoutSeconds) {
      _ throws(SystemdError) in
    } completion: {
      completion($0)
    }
  }

  /// Whether the clock is synchronised (`NTPSynchronized` of org.freedesktop.timedate1(5)).
  ///
  /// The bus starts systemd-timedated for this question.
  public func clockIsSynchronized(
    completion: @escaping (Result<Bool, SystemdError>) -> Void
  ) {
    let name = "org.freedesktop.timedate1"
    let method = BusMethod(
      destination: name, path: "/org/freedesktop/timedate1", interface: BusNames.properties,
      member: "Get", mayStartPeer: true)
    call(method, [name, "NTPSynchronized"], timeoutSeconds: Self.questionSeconds) {
      message throws(SystemdError) in
      try message.readVariant() == .bool(true)
    } completion: {
      completion($0)
    }
  }

  /// Signals name a unit by its primary name only: watch that too.
  private func learn(_ id: String, of unit: String) {
    guard !id.isEmpty, watches[unit]?.names.insert(id).inserted == true else { return }
    watches[unit]?.slots = []
    installWatchesOrReconnect()
    // What changed before the bus knew of this name was not told.
    loop.post { [weak self] in self?.unitMayHaveChanged(unit) }
  }

  /// Tells the watchers of a unit, by any of its names.
  func unitMayHaveChanged(_ name: String) {
    for unit in watches.filter({ $0.value.names.contains(name) }).keys.sorted() {
      onUnitChanged?(unit)
    }
  }

  /// Tells the watchers of a unit again after a while, 1 s up to 60 s.
  ///
  /// For whoever asked about it and got no answer: that says nothing of the unit, and nothing else
  /// would tell that an answer can be had now.
  public func tellAgain(unit: String) {
    guard isConnected, watches[unit] != nil else { return }
    unanswered.insert(unit)
    guard unanswered.count == 1 else { return }
    // Fails only without memory or descriptors, and then the next trouble tries again.
    let timer =
      answerTimer ?? (try? loop.timer(.boottime) { [weak self] in self?.tellUnanswered() })
    answerTimer = timer
    if timer == nil { unanswered = [] }
    timer?.arm(
      atMicroseconds: Clock.boottimeMicroseconds() + answerBackOff.nextMicroseconds())
  }

  private func tellUnanswered() {
    let units = unanswered.sorted()
    unanswered = []
    for unit in units where watches[unit] != nil { onUnitChanged?(unit) }
  }

  func removeWatchSlots() {
    watchOfAllUnits = nil
    for unit in Array(watches.keys) { watches[unit]?.slots = [] }
  }

  /// Makes the rules that are missing, one a name, or one for all.
  func installWatches() throws(SystemdError) {
    guard let connection else { return }
    guard watches.count <= Self.mostWatchRules else {
      guard watchOfAllUnits == nil else { return }
      removeWatchSlots()
      let rule =
        "type='signal',sender='\(BusNames.systemd)',path_namespace='\(BusNames.unitPath)',"
        + "interface='\(BusNames.properties)',member='PropertiesChanged'"
      watchOfAllUnits = try connection.match(rule) { [weak self] message in
        self?.propertiesChanged(message)
      }
      return
    }
    watchOfAllUnits = nil
    for (unit, watch) in watches where watch.slots.isEmpty {
      for name in watch.names.sorted() {
        let path = try BusConnection.objectPath(name, below: BusNames.unitPath)
        let rule = Self.rule(BusNames.systemd, path, BusNames.properties, "PropertiesChanged")
        let slot = try connection.match(rule) { [weak self] message in
          guard let self, isFromSystemd(message) else { return }
          unitMayHaveChanged(name)
        }
        watches[unit]?.slots.append(slot)
      }
    }
  }

  private func propertiesChanged(_ message: borrowing BusMessage) {
    guard isFromSystemd(message), let path = message.path else { return }
    let known = Set(watches.values.flatMap(\.names))
    for name in known.sorted()
    where (try? BusConnection.objectPath(name, below: BusNames.unitPath)) == path {
      unitMayHaveChanged(name)
    }
  }

  /// A rule that cannot be made leaves its watch without slots; the next connection tries again.
  private func installWatchesOrReconnect() {
    try? installWatches()
  }
}
