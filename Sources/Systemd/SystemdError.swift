internal import Glibc

/// A failed call of libsystemd, or a call over the bus that was answered by an error.
public struct SystemdError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The C function or the D-Bus method, for example `sd_event_new` or `StartUnit`.
  public let operation: String
  /// The positive error number of errno(3).
  public let code: Int32
  /// Why, in words: of the other side where it sent some, else of strerror(3).
  public let reason: String
  /// The D-Bus error, for example `org.freedesktop.systemd1.NoSuchUnit`; nil for a C call.
  public let name: String?

  /// Makes an error from its parts; `reason` nil stands for the text of strerror(3).
  public init(operation: String, code: Int32, reason: String? = nil, name: String? = nil) {
    self.operation = operation
    self.code = code
    self.reason = reason ?? describe(code)
    self.name = name
  }

  /// One line: what failed and why.
  public var description: String {
    guard let name else { return "\(operation): \(reason)" }
    return "\(operation): \(reason) (\(name))"
  }

  /// Whether nobody answered, so that it is unknown whether the call had an effect.
  ///
  /// These are the errors that sd-bus and dbus-daemon make up when a peer leaves or is late.
  var isWithoutAnswer: Bool {
    switch name {
    case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Timeout",
      "org.freedesktop.DBus.Error.TimedOut", "org.freedesktop.DBus.Error.Disconnected":
      true
    case nil:
      code == ECONNRESET || code == ENOTCONN || code == ETIMEDOUT || code == EPIPE
    default:
      false
    }
  }
}

/// The one funnel of C results: libsystemd returns a negative errno for failure.
@discardableResult
func check(_ result: Int32, _ operation: String) throws(SystemdError) -> Int32 {
  guard result >= 0 else { throw SystemdError(operation: operation, code: -result) }
  return result
}

/// The funnel of system calls, which return -1 and set errno.
@discardableResult
func checkErrno(_ result: Int32, _ operation: String) throws(SystemdError) -> Int32 {
  guard result >= 0 else { throw SystemdError(operation: operation, code: errno) }
  return result
}

/// The text of strerror(3), which glibc keeps in read-only memory for known codes.
func describe(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
