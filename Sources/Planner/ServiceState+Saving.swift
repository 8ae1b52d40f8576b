extension ServiceState {
  /// Reads what this or an older version wrote: a member that is missing is as in an empty memory.
  ///
  /// A record within that cannot be understood is left out, as all of them are found out again;
  /// only `committed` is not, for without it a good service would be on trial.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys) -> Value? {
      (try? members.decodeIfPresent(Value.self, forKey: key)) ?? nil
    }
    self.init()
    committed = try members.decode([Int].self, forKey: .committed)
    checked = read(.checked)
    failure = read(.failure)
    otherFailure = read(.otherFailure)
    restoring = read(.restoring)
    staleRun = read(.staleRun)
    lastAction = read(.lastAction)
    lastRealtimeSeen = read(.lastRealtimeSeen)
    lastBoottimeSeen = read(.lastBoottimeSeen)
    clockDoubtedFor = read(.clockDoubtedFor)
    lastValidSettings = read(.lastValidSettings)
    noticesSince = read(.noticesSince) ?? [:]
  }

  /// Whether it is worth writing, with `saved` on disk: time that passes is not, for
  /// `Limits.clockSaveInterval`.
  public func isWorthSaving(over saved: ServiceState?) -> Bool {
    guard var last = saved else { return true }
    let (seen, doubted) = (last.lastRealtimeSeen, last.clockDoubtedFor)
    last.lastRealtimeSeen = lastRealtimeSeen
    last.lastBoottimeSeen = lastBoottimeSeen
    last.clockDoubtedFor = clockDoubtedFor
    if last != self { return true }
    if (doubted == nil) != (clockDoubtedFor == nil) { return true }
    return Self.isLong(from: seen, to: lastRealtimeSeen)
      || Self.isLong(from: doubted, to: clockDoubtedFor)
  }

  private static func isLong(from: Seconds?, to: Seconds?) -> Bool {
    guard let from, let to else { return from != to }
    return abs(to - from) >= Limits.clockSaveInterval
  }
}
