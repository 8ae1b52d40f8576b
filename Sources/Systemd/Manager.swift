internal import Glibc

/// The service manager, `org.freedesktop.systemd1` on the system bus, on one event loop.
///
/// A signal only says "look again"; the answers to questions are the truth. A bus or a systemd that
/// goes away is looked for again for ever, and nobody but PID 1 is believed: signals from other
/// senders are ignored, as any local user may send one. It decides nothing and retries no question.
public final class Manager {
  /// The connection works and systemd tells its signals: look at everything.
  public var onConnected: (() -> Void)?
  /// Bus or systemd are away; once for each absence, also for one that there was from the start.
  public var onDisconnected: ((SystemdError) -> Void)?
  /// Something about a watched unit may have changed; the name is the one that was watched.
  public var onUnitChanged: ((_ unit: String) -> Void)?
  /// systemd was reloaded, executed anew or took other unit files: look at everything.
  public var onReloaded: (() -> Void)?
  /// Whether systemd answers and tells its signals.
  public internal(set) var isConnected = false

  let loop: EventLoop
  let address: String?
  var connection: BusConnection?
  var matches: [BusSlot] = []
  /// The unique name of PID 1 on the bus, whose signals alone count.
  var systemdName: String?
  /// Whether the present absence was told.
  var isAbsenceTold = false
  var isSubscribing = false
  var backOff = BackOff()
  var retryTimer: Timer?

  var pendingCalls: [UInt64: PendingCall] = [:]
  private var lastCall: UInt64 = 0

  var jobs = JobTable()
  var jobWaiters: [JobTable.Ticket: JobWaiter] = [:]

  var watches: [String: UnitWatch] = [:]
  var watchOfAllUnits: BusSlot?
  /// Watched units about which a question was not answered, until their watchers are told again.
  var unanswered: Set<String> = []
  var answerBackOff = BackOff()
  var answerTimer: Timer?

  /// Makes a manager that is not connected yet.
  ///
  /// `address` is a D-Bus address; nil stands for DBUS_SYSTEM_BUS_ADDRESS, else the system bus.
  public init(loop: EventLoop, address: String? = nil) {
    self.loop = loop
    self.address = address
  }

  /// A call that waits for its answer.
  struct PendingCall {
    let slot: BusSlot
    let fail: (SystemdError) -> Void
  }

  /// Calls a method; `completion` is called exactly once, and never before this returns.
  ///
  /// The end of the connection counts as an answer: `ENOTCONN` or what the bus said.
  func call<Value>(
    _ method: BusMethod, _ arguments: [String], timeoutSeconds: Int,
    read: @escaping (borrowing BusMessage) throws(SystemdError) -> Value,
    completion: @escaping (Result<Value, SystemdError>) -> Void
  ) {
    guard let connection else {
      let error = SystemdError(
        operation: method.member, code: ENOTCONN, reason: "not connected to the system bus")
      return loop.post { completion(.failure(error)) }
    }
    lastCall += 1
    let number = lastCall
    do throws(SystemdError) {
      // No timeout would be read as libsystemd's own default.
      let slot = try connection.call(
        method, arguments, timeoutMicroseconds: max(microseconds(timeoutSeconds), 1)
      ) { [weak self] message in
        guard self?.pendingCalls.removeValue(forKey: number) != nil else { return }
        completion(Self.result(of: method, message, read))
      }
      pendingCalls[number] = PendingCall(slot: slot) { completion(.failure($0)) }
    } catch {
      loop.post { completion(.failure(error)) }
    }
  }

  private static func result<Value>(
    of method: BusMethod, _ message: borrowing BusMessage,
    _ read: (borrowing BusMessage) throws(SystemdError) -> Value
  ) -> Result<Value, SystemdError> {
    if let failure = message.failure(of: method.member) { return .failure(failure) }
    do throws(SystemdError) {
      return .success(try read(message))
    } catch {
      return .failure(error)
    }
  }
}

/// Names of systemd and of the bus itself.
enum BusNames {
  static let systemd = "org.freedesktop.systemd1"
  static let systemdPath = "/org/freedesktop/systemd1"
  static let unitPath = "/org/freedesktop/systemd1/unit"
  static let manager = "org.freedesktop.systemd1.Manager"
  static let properties = "org.freedesktop.DBus.Properties"
  static let bus = "org.freedesktop.DBus"
  static let busPath = "/org/freedesktop/DBus"
  static let local = "org.freedesktop.DBus.Local"
  static let localPath = "/org/freedesktop/DBus/Local"
}

extension BusMethod {
  /// A method of systemd's manager object.
  ///
  /// PID 1 cannot be started by the bus.
  static func systemd(_ member: String) -> BusMethod {
    BusMethod(
      destination: BusNames.systemd, path: BusNames.systemdPath, interface: BusNames.manager,
      member: member)
  }
}
