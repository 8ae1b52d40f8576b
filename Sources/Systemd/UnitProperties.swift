/// What systemd says of one unit at one moment (org.freedesktop.systemd1(5), Unit and Service).
public struct UnitProperties: Equatable, Sendable {
  /// The primary name, which may differ from the name that was asked for.
  public var id = ""
  /// All names, aliases included.
  public var names: [String] = []
  /// `loaded`, `not-found`, `masked`, `bad-setting` or another (org.freedesktop.systemd1(5)).
  public var loadState = ""
  /// `active`, `reloading`, `inactive`, `failed`, `activating`, `deactivating`.
  public var activeState = ""
  /// The finer state, for example `running`, `dead`, `auto-restart`.
  public var subState = ""
  /// `enabled`, `disabled`, `static`, `masked` and others; empty where there is no unit file.
  public var unitFileState = ""
  /// 32 hexadecimal digits, new at each start; empty if it never ran.
  public var invocationID = ""
  /// The main process; 0 for none.
  public var mainPID: UInt32 = 0
  /// What the service last said with STATUS=.
  public var statusText = ""
  /// How it ended last: `success`, `exit-code`, `timeout`, `start-limit-hit` and others.
  public var result = ""
  /// Sockets, timers and paths that start it.
  public var triggeredBy: [String] = []
  /// Units that are started with it.
  public var wants: [String] = []
  /// Units that it starts after.
  public var after: [String] = []
  /// The unit file; empty for none.
  public var fragmentPath = ""
  /// The drop-ins that are in force.
  public var dropInPaths: [String] = []
  /// Whether unit file or drop-ins changed since they were read.
  public var needDaemonReload = false
  /// When it last became active, in microseconds since 1970; 0 for never.
  public var activeEnterTimestamp: UInt64 = 0
  /// The number of the job that waits or runs for it; 0 for none.
  public var job: UInt32 = 0

  /// Properties of a unit that nobody knows.
  public init() {}

  /// The D-Bus names of all of the above.
  static let wanted: Set<String> = [
    "Id", "Names", "LoadState", "ActiveState", "SubState", "UnitFileState", "InvocationID",
    "MainPID", "StatusText", "Result", "TriggeredBy", "Wants", "After", "FragmentPath",
    "DropInPaths", "NeedDaemonReload", "ActiveEnterTimestamp", "Job",
  ]

  /// Takes what a `GetAll` answered; what is missing keeps its empty value.
  init(_ values: [String: BusValue]) {
    func string(_ name: String) -> String {
      if case .string(let value)? = values[name] { value } else { "" }
    }
    func strings(_ name: String) -> [String] {
      if case .strings(let value)? = values[name] { value } else { [] }
    }
    func number(_ name: String) -> UInt64 {
      if case .number(let value)? = values[name] { value } else { 0 }
    }
    id = string("Id")
    names = strings("Names")
    loadState = string("LoadState")
    activeState = string("ActiveState")
    subState = string("SubState")
    unitFileState = string("UnitFileState")
    if case .bytes(let bytes)? = values["InvocationID"] { invocationID = hexadecimal(bytes) }
    mainPID = UInt32(truncatingIfNeeded: number("MainPID"))
    statusText = string("StatusText")
    result = string("Result")
    triggeredBy = strings("TriggeredBy")
    wants = strings("Wants")
    after = strings("After")
    fragmentPath = string("FragmentPath")
    dropInPaths = strings("DropInPaths")
    needDaemonReload = values["NeedDaemonReload"] == .bool(true)
    activeEnterTimestamp = number("ActiveEnterTimestamp")
    job = UInt32(truncatingIfNeeded: number("Job"))
  }
}

/// Two lower-case digits a byte.
func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
  }.joined()
}

/// Which properties of a unit are asked for.
public enum PropertyScope: Sendable {
  /// Those that every kind of unit has; main process, status text and result stay empty.
  case anyUnit
  /// All of them, as systemctl(1) asks.
  case all

  /// The interface whose properties `GetAll` answers; the empty one stands for all.
  var interface: String {
    switch self {
    case .anyUnit: "org.freedesktop.systemd1.Unit"
    case .all: ""
    }
  }
}
