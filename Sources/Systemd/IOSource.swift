/// Events of one file descriptor, which stays the caller's: cancel before closing it.
public final class IOSource {
  private let source: EventSource

  init(_ source: EventSource) { self.source = source }

  /// Waits for other events from now on (sd_event_source_set_io_events(3)).
  public func setEvents(_ events: IOEvents) {
    source.setEvents(events)
  }

  /// Ends the source.
  ///
  /// Safe inside its handler, and twice.
  public func cancel() { source.cancel() }
}
