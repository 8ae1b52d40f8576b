/// Which notices were told: each is said once when it comes and once when it goes.
///
/// After a restart of the daemon it is empty, and what still stands is said again.
public struct NoticeLedger: Equatable, Sendable {
  /// Something to say.
  public enum Entry: Equatable, Sendable {
    /// A notice stands from now on, or its words changed.
    case raised(Notice)
    /// The notice with this code does not stand any more.
    case cleared(String)
  }

  private var told: [String: String] = [:]

  /// Nothing was told.
  public init() {}

  /// Answers what is to be said, as these notices stand at `now`.
  ///
  /// An error is said again when its words change; other texts count days, which is no news.
  /// `since` is kept for those that stand.
  public mutating func take(
    _ notices: [Notice], at now: UnixSeconds, since: inout [String: UnixSeconds]
  ) -> [Entry] {
    let codes = Set(notices.map(\.code))
    since = since.filter { codes.contains($0.key) }
    var entries: [Entry] = []
    for notice in notices {
      since[notice.code] = since[notice.code] ?? now
      let before = told[notice.code]
      if before == nil || (notice.severity == .error && before != notice.text) {
        entries.append(.raised(notice))
      }
      told[notice.code] = notice.text
    }
    for code in told.keys.sorted() where !codes.contains(code) {
      entries.append(.cleared(code))
      told[code] = nil
    }
    return entries
  }
}
