internal import Files

/// Finds out how the daemon is without asking anybody who may hang: the kernel knows which
/// processes are in the unit's control group, and whether they run.
struct Liveness: Sendable {
  /// Where cgroups(7) are: version 2, or the one systemd keeps beside version 1.
  var groupFolders = ["/sys/fs/cgroup", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"]
  /// proc(5).
  var processFolder = "/proc"

  /// How the daemon is now.
  var state: DaemonState {
    let states = processes.compactMap(processState)
    // "t" is no such state: strace(1) stops a process so at each system call, for a moment.
    if let stopped = states.first(where: { $0.letter == "T" }) {
      return .notAnswering(
        "process \(stopped.number) is held by a signal; go on with: kill -CONT \(stopped.number)")
    }
    return states.contains { $0.letter != "Z" && $0.letter != "X" } ? .running : .stopped
  }

  /// The processes of the daemon's unit.
  private var processes: [Int] {
    for folder in groupFolders {
      let path = "\(folder)\(Self.group)/cgroup.procs"
      guard let list = try? FileSystem.read(path, limit: Self.longestFile) else { continue }
      let numbers = list.split(separator: UInt8(ascii: "\n")).compactMap {
        Int(String(decoding: $0, as: UTF8.self))
      }
      if !numbers.isEmpty { return numbers }
    }
    return processesThatSaySo
  }

  /// The same from `/proc/PID/cgroup`, for a container that sees only a part of the tree.
  ///
  /// Only a group beside that of process 1 counts: a host sees its containers' processes, too.
  private var processesThatSaySo: [Int] {
    let wanted = groups(1).mapValues { path in
      let base = path.hasSuffix(Self.scope) ? String(path.dropLast(Self.scope.count)) : path
      return (base == "/" ? "" : base) + Self.group
    }
    return FileSystem.list(processFolder).compactMap(Int.init).filter { number in
      groups(number).contains { wanted[$0.key] == $0.value }
    }
  }

  /// The control groups of a process: hierarchy to path (cgroups(7), "/proc files").
  private func groups(_ number: Int) -> [String: String] {
    let path = "\(processFolder)/\(number)/cgroup"
    guard let bytes = try? FileSystem.read(path, limit: Self.longestFile) else { return [:] }
    var result: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      if parts.count == 3 { result[String(parts[0])] = String(parts[2]) }
    }
    return result
  }

  /// The third field of `/proc/PID/stat`.
  ///
  /// The second, the name in brackets, may hold brackets and spaces itself, so the last closing
  /// bracket counts.
  private func processState(_ number: Int) -> (number: Int, letter: Character)? {
    guard
      let bytes = try? FileSystem.read("\(processFolder)/\(number)/stat", limit: Self.longestFile)
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let bracket = text.lastIndex(of: ")") else { return nil }
    guard let letter = text[text.index(after: bracket)...].first(where: { $0 != " " }) else {
      return nil
    }
    return (number, letter)
  }

  /// The control group of the daemon's unit, below wherever systemd's own is.
  private static let group = "/system.slice/supervisord-ec.service"
  /// Where systemd itself is, below the same place.
  private static let scope = "/init.scope"
  /// Each of these files is far shorter; the daemon starts no processes.
  private static let longestFile = 65_536
}
