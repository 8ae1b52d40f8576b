internal import CSystemd
internal import Glibc

extension EventLoop {
  /// Calls `handler` for each arrival of `signal`, which is blocked first (sd_event_add_signal(3)).
  public func onSignal(
    _ signal: Int32, _ handler: @escaping () -> Void
  ) throws(SystemdError) -> EventSource {
    var set = sigset_t()
    guard unsafe sigemptyset(&set) == 0, unsafe sigaddset(&set, signal) == 0 else {
      throw SystemdError(operation: "sigaddset", code: EINVAL)
    }
    // Returns the error number itself, unlike most calls.
    let result = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    try check(-result, "pthread_sigmask")
    let event = unsafe raw
    return try unsafe addSource("sd_event_add_signal") { _ in
      handler()
    } register: { source, userdata in
      unsafe sd_event_add_signal(
        event, &source, signal, { _, _, data in unsafe CallbackBox.call(data) }, userdata)
    }
  }

  /// Makes a timer on `clock` that is not armed yet (sd_event_add_time(3)).
  public func timer(
    _ clock: Clock, _ handler: @escaping () -> Void
  ) throws(SystemdError) -> Timer {
    let event = unsafe raw
    let source = try unsafe addSource("sd_event_add_time") { _ in
      handler()
    } register: { source, userdata in
      unsafe sd_event_add_time(
        event, &source, clock.identifier, UInt64.max, Timer.defaultAccuracyMicroseconds,
        { _, _, data in unsafe CallbackBox.call(data) }, userdata)
    }
    let timer = Timer(source)
    timer.disarm()
    return timer
  }

  /// Calls `handler` when `fd` is ready (sd_event_add_io(3)); level-triggered.
  public func onIO(
    _ fd: Int32, events: IOEvents, _ handler: @escaping (IOEvents) -> Void
  ) throws(SystemdError) -> IOSource {
    IOSource(try addIO(fd, events: events, handler))
  }

  /// Calls `handler` whenever the realtime clock is set or jumps.
  ///
  /// sd-event has no source for this: a timerfd with TFD_TIMER_CANCEL_ON_SET (timerfd_create(2))
  /// that is armed again before the handler reads the time, so no step is missed.
  public func onClockChange(
    _ handler: @escaping () -> Void
  ) throws(SystemdError) -> EventSource {
    let fd = try check(supervisord_ec_new_realtime_timer(), "timerfd_create")
    do throws(SystemdError) {
      try check(supervisord_ec_watch_realtime_clock(fd), "timerfd_settime")
      let source = try addIO(fd, events: .readable) { _ in
        var expirations: UInt64 = 0
        // Fails with ECANCELED, which is the message, and clears it.
        _ = unsafe read(fd, &expirations, MemoryLayout<UInt64>.size)
        // Itself ECANCELED if the clock was set meanwhile: the handler reads the time after this.
        _ = supervisord_ec_watch_realtime_clock(fd)
        handler()
      }
      source.ownDescriptor()
      return source
    } catch {
      close(fd)
      throw error
    }
  }

  /// One IO source.
  func addIO(
    _ fd: Int32, events: IOEvents, _ handler: @escaping (IOEvents) -> Void
  ) throws(SystemdError) -> EventSource {
    let event = unsafe raw
    return try unsafe addSource("sd_event_add_io") { bits in
      handler(IOEvents(rawValue: bits))
    } register: { source, userdata in
      unsafe sd_event_add_io(
        event, &source, fd, events.rawValue,
        { _, _, bits, data in unsafe CallbackBox.call(data, bits) }, userdata)
    }
  }
}
