public import Files
public import Planner

extension ServiceStore {
  /// Reads `state.json`; nil if there is none.
  ///
  /// A record of a newer version throws (`isNewerRecord`), a damaged one too (`isDamagedRecord`).
  /// The file carries `version` beside the members of the value.
  public func readState<State: Decodable>(
    _ type: State.Type, version: Int = 1
  ) throws(FileError) -> State? {
    try checkName()
    guard let bytes = try stateBytes() else { return nil }
    return try VersionedJSON.decode(type, from: bytes, path: statePath, version: version)
  }

  /// Replaces `state.json` durably; one that a newer version wrote is left untouched and throws.
  public func writeState<State: Encodable>(
    _ state: State, version: Int = 1
  ) throws(FileError) {
    try checkName()
    try VersionedJSON.spareNewer(statePath, limit: StoreLimits.recordBytes, version: version)
    let bytes = try VersionedJSON.encode(state, path: statePath, version: version)
    guard bytes.count <= StoreLimits.recordBytes else {
      throw FileError("write", statePath, reason: "larger than \(StoreLimits.recordBytes) bytes")
    }
    try FileSystem.write(bytes, to: statePath)
  }

  /// When the window of the settings opens, as it was worked out last; nil: not yet, or damaged.
  public func calendar() -> CalendarFacts? {
    guard let bytes = try? FileSystem.read(calendarPath, limit: StoreLimits.smallRecordBytes)
    else { return nil }
    return try? VersionedJSON.decode(
      CalendarFacts.self, from: bytes, path: calendarPath, version: 1)
  }

  /// Keeps when the window opens; worked out again if it is lost.
  public func writeCalendar(_ calendar: CalendarFacts) throws(FileError) {
    try checkName()
    let bytes = try VersionedJSON.encode(calendar, path: calendarPath, version: 1)
    try FileSystem.write(bytes, to: calendarPath)
  }

  private var calendarPath: String { "\(directory)/calendar.json" }

  private var statePath: String { "\(directory)/state.json" }

  private func stateBytes() throws(FileError) -> [UInt8]? {
    do throws(FileError) {
      return try FileSystem.read(statePath, limit: StoreLimits.recordBytes)
    } catch {
      guard error.isMissing else { throw error }
      return nil
    }
  }
}
