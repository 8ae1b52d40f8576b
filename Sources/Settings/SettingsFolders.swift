/// Where settings lie: three folders in the order of systemd, the first beats the others.
public struct SettingsFolders: Equatable, Sendable {
  /// The administrator's folder.
  public var etc: String
  /// The folder for this boot only.
  public var run: String
  /// The folder of packages.
  public var usr: String

  /// The folders of the running system.
  public static let system = SettingsFolders(root: "")

  /// The same folders below another root, for tests; an empty root is the system's.
  public init(root: String) {
    let inner = "supervisord-ec/services.d"
    self.init(
      etc: "\(root)/etc/\(inner)", run: "\(root)/run/\(inner)", usr: "\(root)/usr/lib/\(inner)")
  }

  /// Names three folders.
  public init(etc: String, run: String, usr: String) {
    self.etc = etc
    self.run = run
    self.usr = usr
  }

  /// All three, the strongest first.
  public var all: [String] { [etc, run, usr] }
}
