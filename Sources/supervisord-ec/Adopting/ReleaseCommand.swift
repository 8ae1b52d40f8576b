internal import Adoption
internal import ArgumentParser
internal import Files
internal import Generations
internal import Glibc
internal import Planner
internal import Systemd

/// `release`: lets a service go; the server serves on without us.
struct ReleaseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Lets a service go: the server serves on, on plain copies.",
    discussion: """
      Our links in the server's configuration become plain copies of the current generation (the key \
      0600, root), and the unit's drop-in and the polkit rule are removed. The settings stay, and so \
      does the record that HTTPS is enforced: only a purge of the package forgets it. The \
      certificate is not renewed any more.

        supervisord-ec release console

      EXIT STATUS: 0 released; 1 refused; 64 wrong usage; 77 not root.
      """)

  @Argument(help: "The service's name.") var name: String?
  @Flag(help: "Releases every service; used when the package is removed.") var all = false

  func validate() throws {
    guard all != (name != nil) else {
      throw ValidationError("name one service, or give --all")
    }
  }

  func run(in environment: Environment) throws -> ExitStatus {
    guard geteuid() == 0 else {
      throw CommandProblem(
        .notPermitted, "only root may release", next: "Try: sudo supervisord-ec release …")
    }
    let paths = HostPaths()
    let records = AdoptionStore(root: paths.adopted)
    let adopted = records.all()
    let chosen = all ? adopted : adopted.filter { $0.name == name }
    if let name, chosen.isEmpty {
      let known = adopted.map { "\"\($0.name)\"" }.joined(separator: ", ")
      throw CommandProblem(
        .refused, "\"\(name)\" is not adopted",
        next: known.isEmpty ? "Nothing is adopted" : "Adopted: \(known)")
    }
    var failed = false
    for record in chosen {
      do {
        try release(record, paths)
        environment.write("Released: \(record.unit) (\"\(record.name)\") serves on.\n", .output)
      } catch {
        failed = true
        environment.complain(
          "\"\(record.name)\" was not released and serves on as before: \(error); mend that, then:"
            + " supervisord-ec release \(record.name)")
      }
    }
    if !chosen.isEmpty { reloadSystemd(environment) }
    return failed ? .refused : .done
  }

  private func release(_ record: Adoption, _ paths: HostPaths) throws {
    let store = ServiceStore(root: paths.state, name: record.name)
    let lock = try store.lock()
    // What systemd has loaded of a unit outlives its files.
    let collector = CollectorPieces(name: record.name)
    if collector.isThere, FileSystem.isDirectory("/run/systemd/system") {
      _ = try Subcommand.run(["/usr/bin/systemctl", "--quiet", "stop", collector.path])
    }
    try Release(RootPaths(name: record.name, unit: record.unit)).run()
    _ = consume lock
  }

  /// Where systemd does not run there is nothing to reload.
  private func reloadSystemd(_ environment: Environment) {
    guard FileSystem.isDirectory("/run/systemd/system") else { return }
    do {
      let manager = Manager(loop: try EventLoop())
      try manager.connectAndWait(timeoutSeconds: Self.systemdSeconds)
      try manager.waitForDaemonReload()
    } catch {
      environment.complain("systemd was not reloaded: \(error); run: systemctl daemon-reload")
    }
  }

  private static let systemdSeconds = 15
}
