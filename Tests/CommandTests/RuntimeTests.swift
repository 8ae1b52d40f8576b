import Files
import Glibc
import Planner
import Testing

@testable import Coordinator
@testable import supervisord_ec

@Suite("The daemon")
struct LivenessTests {
  private func state(_ folder: String, _ stats: [(Int, String)]) throws -> DaemonState {
    let group = "\(folder)/cgroup/system.slice/supervisord-ec.service"
    for part in ["/cgroup", "/cgroup/system.slice", "/cgroup/system.slice/supervisord-ec.service"] {
      try FileSystem.makeDirectory(folder + part)
    }
    try put(stats.map { "\($0.0)\n" }.joined(), "\(group)/cgroup.procs")
    for (number, stat) in stats {
      try FileSystem.makeDirectory("\(folder)/\(number)")
      try put(stat, "\(folder)/\(number)/stat")
    }
    return Liveness(groupFolders: ["\(folder)/none", "\(folder)/cgroup"], processFolder: folder)
      .state
  }

  @Test("is found by what its process says, where the tree of groups is not visible")
  func bySaying() throws {
    try withFolder { folder in
      let liveness = Liveness(groupFolders: [], processFolder: folder)
      let processes = [
        (1, "/box/init.scope", DaemonState.stopped), (7, "/box/system.slice/ssh.service", .stopped),
        (8, "/box/other/system.slice/supervisord-ec.service", .stopped),
        (9, "/box/system.slice/supervisord-ec.service", .running),
      ]
      for (number, group, state) in processes {
        try FileSystem.makeDirectory("\(folder)/\(number)")
        try put("\(number) (x) S 1", "\(folder)/\(number)/stat")
        try put("8:pids:/\n0::\(group)\n", "\(folder)/\(number)/cgroup")
        #expect(liveness.state == state)
      }
    }
  }

  @Test("runs if its process does, whatever the process calls itself")
  func running() throws {
    try withFolder { folder in
      try #expect(state(folder, [(7, "7 (a) T (b) S 1 7 7 0")]) == .running)
    }
  }

  @Test("runs while strace looks at it")
  func traced() throws {
    try withFolder { folder in
      try #expect(state(folder, [(7, "7 (supervisord-ec) t 1")]) == .running)
    }
  }

  @Test("does not answer while a signal holds it")
  func held() throws {
    try withFolder { folder in
      guard case .notAnswering(let reason) = try state(folder, [(7, "7 (supervisord-ec) T 1")])
      else {
        Issue.record("a held process was not seen")
        return
      }
      #expect(reason.contains("kill -CONT 7"))
    }
  }

  @Test("is stopped without a control group, without a process, or as a zombie")
  func stopped() throws {
    try withFolder { folder in
      #expect(Liveness(groupFolders: [], processFolder: folder).state == .stopped)
      try #expect(state(folder, []) == .stopped)
      try #expect(state(folder, [(8, "8 (supervisord-ec) Z 1")]) == .stopped)
      try #expect(state(folder, [(9, "garbage")]) == .stopped)
    }
  }
}

@Suite("A status file")
struct StatusFileTests {
  private let missing = StatusReading.missing

  @Test("comes back as the daemon's coder writes it, without keys for what is not known")
  func comesBack() throws {
    try withFolder { folder in
      let text = """
        {"name":"console","unit":"nginx.service","profile":"nginx","state":"blocked",
         "channels":[],"trusted_communication":{"wanted":false,"in_force":false},
         "enforcement":{"state":"grace"},"generation":{"trial":false},"notices":[],
         "plan":{"steps":[]},"origins":{},"a_key_of_tomorrow":1}
        """
      try put(text, "\(folder)/console.json")
      guard case .report(let report, _) = RuntimeFolder(path: folder).status("console") else {
        Issue.record("the report was not read")
        return
      }
      #expect(report.state == "blocked" && report.certificate == nil)
    }
  }

  @Test(
    "that is half-written or wrong is damaged, with the reason",
    arguments: ["", "{", "[]", "{\"name\": 1}", "null", "\u{0}"])
  func damaged(text: String) throws {
    try withFolder { folder in
      try put(text, "\(folder)/console.json")
      guard case .damaged(let reason) = RuntimeFolder(path: folder).status("console") else {
        Issue.record("\"\(text)\" was taken for a report")
        return
      }
      #expect(reason.contains("console.json\""))
    }
  }

  @Test("that is a folder, a FIFO or far too large does not stop anybody")
  func strange() throws {
    try withFolder { folder in
      try FileSystem.makeDirectory("\(folder)/a.json")
      _ = unsafe mkfifo("\(folder)/b.json", 0o600)
      try FileSystem.write(
        [UInt8](repeating: 32, count: 2 << 20), to: "\(folder)/c.json", durable: false)
      let runtime = RuntimeFolder(path: folder)
      for name in ["a", "b", "c"] {
        guard case .damaged = runtime.status(name) else {
          Issue.record("\(name) was not found damaged")
          return
        }
      }
      #expect(runtime.status("d") == missing)
    }
  }

  @Test("has a new stamp after each write of the same contents")
  func stamps() throws {
    try withFolder { folder in
      let file = "\(folder)/console.json"
      let text = """
        {"name":"c","unit":"u","profile":"p","state":"good","channels":[],
         "trusted_communication":{"wanted":false,"in_force":false},"enforcement":{"state":"grace"},
         "generation":{"trial":false},"notices":[],"plan":{"steps":[]},"origins":{}}
        """
      try put(text, file)
      let first = RuntimeFolder(path: folder).status("console")
      try put(text, file)
      #expect(RuntimeFolder(path: folder).status("console") != first)
    }
  }

  @Test("counts only under the name of a service")
  func names() throws {
    try withFolder { folder in
      for name in ["console.json", "A.json", "-a.json", ".b.json", "notes.txt", "a_b.json"] {
        try put("", "\(folder)/\(name)")
      }
      #expect(RuntimeFolder(path: folder).serviceNames == ["console"])
    }
  }
}

@Suite("A request")
struct RequestTests {
  private let request = Request(id: "1-a", name: "console", verb: .renew, at: 5)

  @Test("is a file with what is asked, and can be taken back once")
  func file() throws {
    try withFolder { folder in
      try FileSystem.makeDirectory("\(folder)/requests")
      let runtime = RuntimeFolder(path: folder)
      try runtime.put(request)
      let bytes = try FileSystem.read("\(folder)/requests/1-a.json", limit: 1000)
      #expect(
        String(decoding: bytes, as: UTF8.self)
          == "{\"at\":5,\"id\":\"1-a\",\"name\":\"console\",\"verb\":\"renew\"}")
      #expect(runtime.withdraw("1-a"))
      #expect(!runtime.withdraw("1-a"))
    }
  }

  @Test("is answered by a file that is read once")
  func reply() throws {
    try withFolder { folder in
      try FileSystem.makeDirectory("\(folder)/requests")
      let runtime = RuntimeFolder(path: folder)
      #expect(runtime.takeReply("1-a") == nil)
      try put("{\"result\":\"done\",\"text\":\"x\"}", "\(folder)/requests/1-a.reply.json")
      #expect(runtime.takeReply("1-a") == Reply(result: .done, text: "x"))
      #expect(runtime.takeReply("1-a") == nil)
      try put("{", "\(folder)/requests/1-a.reply.json")
      #expect(runtime.takeReply("1-a")?.result == .failed)
    }
  }

  @Test("may be left, and settings written, where a folder is writable or can be made")
  func permission() throws {
    try withFolder { folder in
      #expect(RuntimeFolder(path: folder).mayRequest)
      #expect(Environment.mayWrite("\(folder)/not/there"))
    }
  }

  @Test("without its folder fails with 69, without permission with 77")
  func fails() throws {
    #expect(
      RuntimeFolder.problem(FileError("open", "x", code: EACCES, reason: "")).status
        == .notPermitted)
    try withFolder { folder in
      #expect {
        try RuntimeFolder(path: folder).put(request)
      } throws: { error in
        (error as? CommandProblem)?.status == .unavailable
      }
    }
  }
}
