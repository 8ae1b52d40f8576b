/// Where everything lives on a host.
///
/// Tests give another root.
public struct HostPaths: Equatable, Sendable {
  /// Prefix of every path; empty on a real host.
  public let root: String

  /// The paths below `root`.
  public init(root: String = "") { self.root = root }

  /// What root decided at `adopt`.
  public var adopted: String { "\(root)/etc/supervisord-ec/adopted" }
  /// What the services serve.
  public var state: String { "\(root)/var/lib/supervisord-ec" }
  /// Status files, gone after a boot.
  public var runtime: String { "\(root)/run/supervisord-ec" }
  /// Requests of the command line.
  public var requests: String { "\(runtime)/requests" }
  /// Held by whoever rewrites a `90-set.toml`: the daemon, or a command.
  ///
  /// It lies where the group may write and others may not even look, so that nobody else can hold
  /// it; one for all services, as a write takes milliseconds.
  public var settingsLock: String { "\(requests)/.settings.lock" }
  /// Installed profiles.
  public var profiles: String { "\(root)/usr/lib/supervisord-ec/profiles" }

  /// The status file of one service.
  public func status(of name: String) -> String { "\(runtime)/\(name).json" }
  /// A request of the command line.
  public func request(_ id: String) -> String { "\(requests)/\(id).json" }
  /// The answer to a request.
  public func reply(_ id: String) -> String { "\(requests)/\(id).reply.json" }
}
