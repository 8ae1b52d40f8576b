internal import Files

/// Where the root-owned pieces of one adopted service are; `root` goes before each path.
public struct RootPaths: Equatable, Sendable {
  /// Empty on a real system, a folder in tests.
  public let root: String
  /// The service's name, already checked.
  public let name: String
  /// The adopted unit, already checked by `UnitEligibility`.
  public let unit: String

  /// Makes the paths of one service.
  public init(name: String, unit: String, root: String = "") {
    self.name = name
    self.unit = unit
    self.root = root
  }

  /// The folder of systemd's drop-ins for the unit.
  public var dropInDirectory: String { "\(root)/etc/systemd/system/\(unit).d" }
  /// Our drop-in.
  public var dropIn: String { "\(dropInDirectory)/50-supervisord-ec.conf" }
  /// The folder of polkit's rules.
  public var ruleDirectory: String { "\(root)/etc/polkit-1/rules.d" }
  /// Our polkit rule.
  public var rule: String { "\(ruleDirectory)/50-supervisord-ec-\(name).rules" }
  /// The administrator's settings file.
  public var settings: String { "\(root)/etc/supervisord-ec/services.d/\(name).toml" }
  /// The folder of what commands set.
  public var settingsDropIns: String { "\(settings).d" }
  /// Who adopted what.
  public var record: String { "\(root)/etc/supervisord-ec/adopted/\(name).json" }
  /// The state of the service, written by the daemon.
  public var state: String { "\(root)/var/lib/supervisord-ec/\(name)" }
  /// The folder of the files that server blocks include.
  public var siteDirectory: String { "\(root)/etc/nginx/supervisord-ec/\(name)" }
  /// The chain of `release`.
  public var releasedChain: String { "\(siteDirectory)/chain.pem" }
  /// The key of `release`.
  public var releasedKey: String { "\(siteDirectory)/key.pem" }
  /// The file at the level of `http`.
  public var http: String { "\(root)/etc/nginx/conf.d/supervisord-ec-\(name).conf" }

  /// The file that the server block of a site includes.
  public func site(_ site: String) -> String { "\(siteDirectory)/\(site).conf" }

  /// What a link to a file of the current generation says.
  public func current(_ file: String) -> String { "\(state)/current/\(file)" }

  /// What `proposal` needs; `adopted`: the names of all adopted services.
  public func included(adopted: [String]) -> IncludedPaths {
    IncludedPaths(site: site, http: http, released: released(adopted: adopted))
  }

  /// The plain copies that `release` left of other services.
  ///
  /// A folder of a service that is not adopted and without a link: links are of an adoption under
  /// way.
  func released(adopted: [String]) -> [ReleasedPaths] {
    FileSystem.list(FileSystem.parent(siteDirectory)).filter { other in
      other != name && !adopted.contains(other)
    }.map { RootPaths(name: $0, unit: unit, root: root) }.filter { other in
      FileSystem.exists(other.releasedKey) && FileSystem.linkTarget(other.http) == nil
    }.map { ReleasedPaths(name: $0.name, siteDirectory: $0.siteDirectory, http: $0.http) }
  }
}
