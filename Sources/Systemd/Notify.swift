internal import CSystemd

/// What a service tells the service manager about itself (sd_notify(3)).
///
/// Without NOTIFY_SOCKET nothing is sent, and a failure is no reason to stop: each call says
/// whether the message went out.
public enum Notify {
  /// READY=1: started, or done with reloading.
  @discardableResult
  public static func ready(status: String) -> Bool {
    send(["READY=1", line("STATUS", status)])
  }

  /// RELOADING=1 with the present CLOCK_MONOTONIC, as `Type=notify-reload` wants it too.
  @discardableResult
  public static func reloading() -> Bool {
    send(["RELOADING=1", "MONOTONIC_USEC=\(Clock.monotonicMicroseconds())"])
  }

  /// STOPPING=1: on the way out.
  @discardableResult
  public static func stopping() -> Bool { send(["STOPPING=1"]) }

  /// STATUS=: one line that `systemctl status` shows.
  @discardableResult
  public static func status(_ text: String) -> Bool { send([line("STATUS", text)]) }

  /// A newline would start the next variable, so a text cannot have one; NUL would end it.
  private static func line(_ name: String, _ text: String) -> String {
    let oneLine = text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) }
    return "\(name)=\(String(oneLine))"
  }

  private static func send(_ lines: [String]) -> Bool {
    unsafe sd_notify(0, lines.joined(separator: "\n")) > 0
  }
}
