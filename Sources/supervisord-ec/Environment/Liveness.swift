internal import Files

/// Finds out how the daemon is without asking anybody who may hang: the kernel knows which processes
/// are in the unit's control group, and whether they run.
struct Liveness: Sendable {
  /// `cgroup.procs` of the daemon's unit (cgroups(7), version 2); systemd makes and removes it.
  var processList = "/sys/fs/cgroup/system.slice/supervisord-ec.service/cgroup.procs"
  /// proc(5).
  var processFolder = "/proc"

  /// How the daemon is now.
  var state: DaemonState {
    guard let list = try? FileSystem.read(processList, limit: Self.longestList) else {
      return .stopped
    }
    let numbers = list.split(separator: UInt8(ascii: "\n")).compactMap {
      Int(String(decoding: $0, as: UTF8.self))
    }
    let states = numbers.compactMap(processState)
    if let stopped = states.first(where: { $0.letter == "T" || $0.letter == "t" }) {
      return .notAnswering(
        "process \(stopped.number) is held by a signal; go on with: kill -CONT \(stopped.number)")
    }
    return states.contains { $0.letter != "Z" && $0.letter != "X" } ? .running : .stopped
  }

  /// The third field of `/proc/PID/stat`.
  ///
  /// The second, the name in brackets, may hold brackets and spaces itself, so the last closing
  /// bracket counts.
  private func processState(_ number: Int) -> (number: Int, letter: Character)? {
    guard
      let bytes = try? FileSystem.read("\(processFolder)/\(number)/stat", limit: Self.longestStat)
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let bracket = text.lastIndex(of: ")") else { return nil }
    guard let letter = text[text.index(after: bracket)...].first(where: { $0 != " " }) else {
      return nil
    }
    return (number, letter)
  }

  /// The daemon starts no processes; a list that is longer is not ours.
  private static let longestList = 4096
  /// 52 numbers and a name of 15 characters fit well.
  private static let longestStat = 4096
}
