/// Every bound of this module, each with its reason.
public enum SettingsLimits {
  /// Largest settings file, in bytes: a hand-written one has a few kilobytes, and a wrong link to
  /// something huge must not fill the daemon's memory.
  public static let fileBytes = 1_048_576
  /// Most drop-ins of one service; more are a script gone wild.
  public static let dropIns = 100
  /// Most dots in one line.
  ///
  /// The parser's nesting follows the dots of a key, and taking a thousandfold nesting down again
  /// would overflow the stack.
  public static let dotsInLine = 2_000
  /// Deepest nesting that is looked into; settings themselves have three levels.
  static let depth = 16
  /// Most names in one certificate: public CAs stop at 100, and each costs bytes in a handshake.
  public static let certificateNames = 100
  /// Most addresses that one channel listens on.
  public static let bindAddresses = 64
  /// Most channels of one service; each is probed in turn after a change.
  public static let channels = 32
  /// Most problems that are reported at once; nobody reads more.
  public static let problems = 100
  /// Longest part of a found value that is repeated in a text.
  static let foundCharacters = 80
  /// Longest service name (CONTRACT: one letter or digit and up to 62 more).
  static let nameCharacters = 63
  /// Longest unit name (UNIT_NAME_MAX of systemd).
  static let unitCharacters = 255
  /// Shortest life of a certificate: it covers a restart and its roll-back with room to spare.
  static let shortestLifetime = 3_600
  /// Longest wait for the channels' answers: roll-back must come while somebody still looks.
  static let longestVerification = 600
  /// Nobody waits for longer than this until a change is seen, even behind a constant writer.
  public static let longestQuietInterval = 30
  /// A calendar expression that is longer is a mistake.
  public static let calendarCharacters = 200
  /// A reason fits into one line of `status`.
  public static let noteCharacters = 200
  /// Longest path (PATH_MAX of Linux, with the byte that ends it).
  public static let pathBytes = 4_095
  /// Where nothing is that can be followed: what we write ourselves, and what is no file.
  static let foldersNotFollowed = [
    "var/lib/supervisord-ec/", "run/supervisord-ec/", "etc/supervisord-ec/", "proc/", "sys/",
    "dev/",
  ]
  /// Longest wait of a followed certificate: what keeps it renews every 90 days at the latest.
  public static let longestActivation = 60 * 86_400
  /// A new certificate is served within seconds, but a probe may wait for its time.
  public static let shortestWindow = 60
  /// A longer window is no window.
  public static let longestWindow = 7 * 86_400
}
