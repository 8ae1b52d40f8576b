internal import CSystemd
internal import Glibc

/// The one loop of a process (sd-event(3)).
///
/// Everything happens on the thread that runs it.
///
/// It starts no thread and no process, and it decides nothing: handlers are told, in turn.
@safe public final class EventLoop {
  /// The sd_event object; every source holds a reference of its own.
  let raw: OpaquePointer
  private var posted: [() -> Void] = []
  private var postSource: EventSource?
  private var afterSources: [EventSource] = []

  /// Makes a loop (sd_event_new(3)).
  public init() throws(SystemdError) {
    var event: OpaquePointer?
    try check(unsafe sd_event_new(&event), "sd_event_new")
    guard let event = unsafe event else {
      throw SystemdError(operation: "sd_event_new", code: ENOMEM)
    }
    unsafe raw = event
    postSource = try unsafe addSource("sd_event_add_defer") { [weak self] _ in
      self?.runPosted()
    } register: { source, userdata in
      unsafe sd_event_add_defer(
        event, &source, { _, data in unsafe CallbackBox.call(data) }, userdata)
    }
    postSource?.setEnabled(.off)
  }

  deinit {
    postSource?.cancel()
    for source in afterSources { source.cancel() }
    unsafe sd_event_unref(raw)
  }

  /// Dispatches events until `exit`; gives its code (sd_event_loop(3)).
  public func run() throws(SystemdError) -> Int32 {
    try check(unsafe sd_event_loop(raw), "sd_event_loop")
  }

  /// Dispatches events until `isDone`; false if that took longer than `timeoutSeconds`.
  ///
  /// For commands, which live as long as one question. Asks `isDone` after each event.
  public func run(
    until isDone: () -> Bool, timeoutSeconds: Int
  ) throws(SystemdError) -> Bool {
    let deadline = Clock.boottimeMicroseconds() + microseconds(timeoutSeconds)
    while !isDone() {
      let now = Clock.boottimeMicroseconds()
      guard now < deadline else { return false }
      try check(unsafe sd_event_run(raw, deadline - now), "sd_event_run")
    }
    return true
  }

  /// Ends `run` after the present event (sd_event_exit(3)).
  public func exit(_ code: Int32) {
    // Fails only on a loop that has ended already, which then is what was asked for.
    unsafe sd_event_exit(raw, code)
  }

  /// Feeds the watchdog of the service manager from the loop itself, if the unit has one.
  ///
  /// A handler that hangs stops it (sd_event_set_watchdog(3)). No effect without WATCHDOG_USEC.
  public func enableWatchdog() throws(SystemdError) {
    try check(unsafe sd_event_set_watchdog(raw, 1), "sd_event_set_watchdog")
  }

  /// Calls `handler` once, after the present event; in the order of posting.
  public func post(_ handler: @escaping () -> Void) {
    posted.append(handler)
    postSource?.setEnabled(.once)
  }

  /// Calls `handler` after events were dispatched (sd_event_add_post(3)), while the loop lives.
  ///
  /// Events that became ready together are all dispatched first: the place to plan.
  public func afterEach(_ handler: @escaping () -> Void) throws(SystemdError) {
    let event = unsafe raw
    let source = try unsafe addSource("sd_event_add_post") { _ in
      handler()
    } register: { source, userdata in
      unsafe sd_event_add_post(
        event, &source, { _, data in unsafe CallbackBox.call(data) }, userdata)
    }
    afterSources.append(source)
  }

  /// Registers one source whose callback box belongs to it from here on.
  func addSource(
    _ operation: String, _ body: @escaping (UInt32) -> Void,
    register: (_ source: inout OpaquePointer?, _ userdata: UnsafeMutableRawPointer) -> Int32
  ) throws(SystemdError) -> EventSource {
    try unsafe addSource(operation, CallbackBox { value, _ in body(value) }, register: register)
  }

  /// Registers one source with a callback box of its own kind.
  func addSource(
    _ operation: String, _ box: CallbackBox,
    register: (_ source: inout OpaquePointer?, _ userdata: UnsafeMutableRawPointer) -> Int32
  ) throws(SystemdError) -> EventSource {
    let userdata = unsafe box.retained()
    var source: OpaquePointer?
    let result = unsafe register(&source, userdata)
    guard result >= 0, let source = unsafe source else {
      unsafe CallbackBox.release(userdata)
      throw SystemdError(operation: operation, code: result < 0 ? -result : ENOMEM)
    }
    unsafe sd_event_source_set_destroy_callback(source) { data in
      unsafe CallbackBox.release(data)
    }
    return unsafe EventSource(owning: source)
  }

  /// Runs what was posted so far; what is posted meanwhile has its turn in the next iteration.
  private func runPosted() {
    let handlers = posted
    posted = []
    for handler in handlers { handler() }
  }
}

/// Seconds as microseconds; negative counts as none, and no sum of two overflows.
func microseconds(_ seconds: Int) -> UInt64 {
  let longest = UInt64.max / 4
  let (product, overflow) = UInt64(max(seconds, 0)).multipliedReportingOverflow(by: 1_000_000)
  return overflow ? longest : min(product, longest)
}
