internal import Glibc

/// Finds control groups by their inode numbers, which is what the kernel calls them by.
enum ControlGroups {
  /// Directories that are looked at before giving up: many times what a large host has.
  private static let mostDirectories = 20_000
  /// systemd nests slices, services and their own groups; far less than this.
  private static let deepest = 16

  /// One control group.
  struct Group: Equatable {
    /// Its directory.
    var directory: String
    /// The unit it belongs to; nil for the root and for slices.
    var unit: String? { ControlGroups.unit(ofPath: directory) }
  }

  /// The groups with those numbers, below the unified hierarchy; what is not found is left out.
  static func find(_ inodes: Set<UInt64>) -> [UInt64: Group] {
    let hybrid = "/sys/fs/cgroup/unified"
    let isHybrid = unsafe access(hybrid + "/cgroup.procs", F_OK) == 0
    return find(inodes, below: isHybrid ? hybrid : "/sys/fs/cgroup")
  }

  static func find(_ inodes: Set<UInt64>, below root: String) -> [UInt64: Group] {
    var found: [UInt64: Group] = [:]
    var facts = stat()
    if unsafe stat(root, &facts) == 0, inodes.contains(UInt64(facts.st_ino)) {
      found[UInt64(facts.st_ino)] = Group(directory: root)
    }
    // Breadth first: services are near the root.
    var waiting = [(path: root, depth: 0)]
    var next = 0
    while next < waiting.count, next < mostDirectories, found.count < inodes.count {
      let (path, depth) = waiting[next]
      next += 1
      for entry in Directory.entries(path) where entry.isDirectory {
        let child = "\(path)/\(entry.name)"
        if inodes.contains(entry.inode) { found[entry.inode] = Group(directory: child) }
        if depth < deepest { waiting.append((child, depth + 1)) }
      }
    }
    return found
  }

  /// The last part of a control group's path that names a unit with processes.
  static func unit(ofPath path: String) -> String? {
    let kinds = [".service", ".scope", ".socket", ".mount", ".swap"]
    return path.split(separator: "/").last { part in kinds.contains { part.hasSuffix($0) } }
      .map { part in
        // systemd escapes names that would look like files of the kernel.
        String(part.hasPrefix("_") ? part.dropFirst() : part)
      }
  }
}

extension ControlGroups.Group {
  /// Processes and descriptors that are looked at: this runs once, when a port is taken.
  private static let mostProcesses = 4_096

  /// The process that holds the socket, if this one may see it; else a service's first process,
  /// which is its main one as a rule.
  func process(holdingSocket inode: UInt32) -> (pid: Int32, name: String?)? {
    let processes = Directory.text("\(directory)/cgroup.procs").split(separator: "\n")
      // Zero stands for processes outside of this one's PID namespace.
      .compactMap { Int32($0) }.filter { $0 > 0 }.prefix(Self.mostProcesses)
    let holder = processes.first { pid in
      Directory.entries("/proc/\(pid)/fd").contains { entry in
        Directory.link("/proc/\(pid)/fd/\(entry.name)") == "socket:[\(inode)]"
      }
    }
    let isOneProgram = unit?.hasSuffix(".service") == true || processes.count == 1
    guard let pid = holder ?? (isOneProgram ? processes.first : nil) else { return nil }
    let name = Directory.text("/proc/\(pid)/comm").split(separator: "\n").first
    return (pid, name.map { String($0) })
  }
}
