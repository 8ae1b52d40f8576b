internal import CSystemd

/// One source of events on a loop; going out of use or `cancel` ends it (sd_event_source_unref(3)).
///
/// A handler that captures the owner of its own source keeps both alive: capture it weakly.
@safe public final class EventSource {
  private var raw: OpaquePointer?

  /// Takes over one reference.
  init(owning raw: OpaquePointer) { unsafe self.raw = raw }

  deinit { cancel() }

  /// Ends the source; its handler is not called again.
  ///
  /// Safe inside the handler, and twice.
  public func cancel() {
    guard let source = unsafe raw else { return }
    unsafe raw = nil
    unsafe sd_event_source_disable_unref(source)
  }

  /// Switches the source on for once, or off (sd_event_source_set_enabled(3)).
  func setEnabled(_ state: Enabled) {
    guard let source = unsafe raw else { return }
    unsafe sd_event_source_set_enabled(source, state.rawValue)
  }

  /// Moves a time source (sd_event_source_set_time(3)); both in microseconds.
  func setTime(_ moment: UInt64, accuracy: UInt64) {
    guard let source = unsafe raw else { return }
    unsafe sd_event_source_set_time(source, moment)
    unsafe sd_event_source_set_time_accuracy(source, accuracy)
  }

  /// Changes what an IO source waits for.
  func setEvents(_ events: IOEvents) {
    guard let source = unsafe raw else { return }
    unsafe sd_event_source_set_io_events(source, events.rawValue)
  }

  /// Lets an IO source close its file descriptor at its end (sd_event_source_set_io_fd_own(3)).
  func ownDescriptor() {
    guard let source = unsafe raw else { return }
    unsafe sd_event_source_set_io_fd_own(source, 1)
  }

  /// The states of sd_event_source_set_enabled(3) that are used here.
  enum Enabled: Int32 {
    case off = 0
    case once = -1
  }
}
