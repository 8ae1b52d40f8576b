/// Every bound of what is kept on disk and of what is rendered, each with its reason.
public enum StoreLimits {
  /// `state.json` and manifests: far above what they need, small enough to read at every look.
  public static let recordBytes = 1 << 20
  /// A ratchet or an adoption record is a handful of lines.
  public static let smallRecordBytes = 64 << 10
  /// One file of a generation; a chain or a rendered configuration stays far below.
  public static let fileBytes = 1 << 20
  /// Files of one generation: a profile renders one per site and a few more.
  public static let filesPerGeneration = 256
  /// Certificate requests of one service that may wait for a CA's answer.
  public static let requests = 16
  /// How long a command waits for the lock of a service, in milliseconds (preparation: 2 s).
  public static let lockMilliseconds = 2_000
  /// One template or `profile.toml`.
  public static let templateBytes = 256 << 10
  /// Sections inside sections; a template deeper than this is a mistake.
  public static let templateDepth = 16
}
