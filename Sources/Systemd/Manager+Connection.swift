internal import Glibc

extension Manager {
  /// How long the bus has to answer before the connection is made anew, in seconds.
  private static let answerSeconds = 25

  /// Connects, and from then on stays connected: tries again by itself, after 1 s up to 60 s.
  public func connect() {
    guard connection == nil else { return }
    attempt()
  }

  /// One try: a connection if there is none, then systemd's signals.
  private func attempt() {
    if connection == nil {
      do throws(SystemdError) {
        try open()
      } catch {
        close()
        return failed(error)
      }
    }
    findSystemd()
  }

  private func open() throws(SystemdError) {
    let address = address ?? Self.environmentAddress ?? BusConnection.systemBusAddress
    let connection = try BusConnection(address: address, loop: loop)
    self.connection = connection
    matches.append(
      try connection.match(
        Self.rule(BusNames.local, BusNames.localPath, BusNames.local, "Disconnected")
      ) { [weak self, weak connection] _ in
        guard let self, let connection else { return }
        lose(
          connection,
          SystemdError(
            operation: "sd_bus_process", code: ECONNRESET,
            reason: "the connection to the system bus ended"))
      })
    matches.append(
      try connection.match(
        Self.rule(BusNames.bus, BusNames.busPath, BusNames.bus, "NameOwnerChanged")
          + ",arg0='\(BusNames.systemd)'"
      ) { [weak self] message in
        // The bus alone knows; a message of that name from a peer is a forgery.
        guard message.sender == BusNames.bus else { return }
        self?.ownerChanged(message)
      })
    try matchManager("JobRemoved") { [weak self] message in self?.jobRemoved(message) }
    try matchManager("Reloading") { [weak self] message in
      guard (try? message.readBool()) == false else { return }
      self?.reloaded()
    }
    try matchManager("UnitFilesChanged") { [weak self] _ in self?.reloaded() }
    try installWatches()
  }

  /// Whether a signal is PID 1's own.
  func isFromSystemd(_ message: borrowing BusMessage) -> Bool {
    guard let systemdName else { return false }
    return message.sender == systemdName
  }

  private func matchManager(
    _ member: String, _ handler: @escaping (borrowing BusMessage) -> Void
  ) throws(SystemdError) {
    guard let connection else { return }
    let rule = Self.rule(BusNames.systemd, BusNames.systemdPath, BusNames.manager, member)
    matches.append(
      try connection.match(rule) { [weak self] message in
        guard let self, isFromSystemd(message) else { return }
        handler(message)
      })
  }

  /// A match rule for one signal (D-Bus specification, "Match Rules").
  static func rule(
    _ sender: String, _ path: String, _ interface: String, _ member: String
  ) -> String {
    "type='signal',sender='\(sender)',path='\(path)',interface='\(interface)',member='\(member)'"
  }

  /// Asks the bus who systemd is, so that forged signals can be told apart.
  private func findSystemd() {
    guard !isSubscribing else { return }
    isSubscribing = true
    let method = BusMethod(
      destination: BusNames.bus, path: BusNames.busPath, interface: BusNames.bus,
      member: "GetNameOwner")
    call(method, [BusNames.systemd], timeoutSeconds: Self.answerSeconds) {
      message throws(SystemdError) in
      try message.readString()
    } completion: { [weak self] result in
      guard let self, connection != nil else { return }
      switch result {
      case .success(let name):
        systemdName = name
        subscribe()
      case .failure(let error):
        subscriptionFailed(error)
      }
    }
  }

  /// Without it systemd sends no signals to anybody.
  private func subscribe() {
    call(.systemd("Subscribe"), [], timeoutSeconds: Self.answerSeconds) {
      _ throws(SystemdError) in
    } completion: { [weak self] result in
      guard let self, connection != nil else { return }
      if case .failure(let error) = result,
        error.name != "org.freedesktop.systemd1.AlreadySubscribed"
      {
        return subscriptionFailed(error)
      }
      subscribed()
    }
  }

  private func subscribed() {
    isSubscribing = false
    isAbsenceTold = false
    backOff.reset()
    retryTimer?.disarm()
    if isConnected { return reloaded() }
    isConnected = true
    onConnected?()
  }

  private func subscriptionFailed(_ error: SystemdError) {
    isSubscribing = false
    if error.isWithoutAnswer, let connection {
      lose(connection, error)
    } else {
      // The bus works but systemd is not there: its name's next owner is told to us.
      failed(error)
    }
  }

  /// systemd left the bus or came back, as it does when it is executed anew.
  private func ownerChanged(_ message: borrowing BusMessage) {
    guard (try? message.readString()) != nil, (try? message.readString()) != nil,
      let owner = try? message.readString()
    else { return }
    guard !owner.isEmpty else {
      systemdName = nil
      // Told as an absence only if it has not come back by then.
      return scheduleRetry()
    }
    systemdName = owner
    isSubscribing = true
    subscribe()
  }

  /// Everything may be different now, and signals may have been missed.
  private func reloaded() {
    guard isConnected else { return }
    checkJobs()
    onReloaded?()
  }

  /// Gives a connection up, outside of its own callbacks.
  private func lose(_ lost: BusConnection, _ error: SystemdError) {
    loop.post { [weak self, weak lost] in
      guard let self, let lost, lost === connection else { return }
      close()
      failPending(error)
      failed(error)
    }
  }

  /// Drops all that belongs to the connection.
  private func close() {
    matches = []
    removeWatchSlots()
    connection = nil
    systemdName = nil
    isSubscribing = false
  }

  /// Settles each question that the lost connection leaves open.
  private func failPending(_ error: SystemdError) {
    let calls = pendingCalls.values
    pendingCalls = [:]
    for call in calls { call.fail(error) }
    for ticket in jobWaiters.keys.sorted() {
      settle(ticket, .noAnswer(error.description))
    }
  }

  private func failed(_ error: SystemdError) {
    scheduleRetry()
    isConnected = false
    guard !isAbsenceTold else { return }
    isAbsenceTold = true
    onDisconnected?(error)
  }

  private func scheduleRetry() {
    // Fails only without memory or descriptors, and then the next trouble tries again.
    let timer = retryTimer ?? (try? loop.timer(.boottime) { [weak self] in self?.attempt() })
    retryTimer = timer
    timer?.arm(atMicroseconds: Clock.boottimeMicroseconds() + backOff.nextMicroseconds())
  }

  /// What the administrator or a test set; the same name that libsystemd reads.
  private static var environmentAddress: String? {
    guard let text = unsafe getenv("DBUS_SYSTEM_BUS_ADDRESS") else { return nil }
    let address = unsafe String(cString: text)
    return address.isEmpty ? nil : address
  }
}
