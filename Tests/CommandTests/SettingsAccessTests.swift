import Files
import Generations
import Planner
import Settings
import Testing

@testable import supervisord_ec

@Suite("Settings on disk")
struct SettingsAccessTests {
  /// A host with one service, one unit and one profile.
  private func withHost(_ body: (SettingsAccess) throws -> Void) throws {
    try withFolder { root in
      let folders = SettingsFolders(
        etc: "\(root)/etc", run: "\(root)/run", usr: "\(root)/usr")
      for folder in ["etc", "requests", "units", "profiles", "profiles/nginx"] {
        try FileSystem.makeDirectory("\(root)/\(folder)")
      }
      try put("unit = \"nginx.service\"\nprofile = \"nginx\"\n", "\(root)/etc/console.toml")
      try put("", "\(root)/units/nginx.service")
      try put(
        """
        description = "Any nginx."
        check = ["/usr/sbin/nginx", "-t"]
        reload_serves = []
        units = ["nginx.service"]
        [[files]]
        name = "main.conf"
        template = "main.conf"
        each = "service"
        """, "\(root)/profiles/nginx/profile.toml")
      try put("x\n", "\(root)/profiles/nginx/main.conf")
      try body(
        SettingsAccess(
          folders: folders, profileFolder: "\(root)/profiles",
          units: UnitFiles(folders: ["\(root)/units"]), lockFile: "\(root)/requests/.lock",
          lockMilliseconds: 0))
    }
  }

  private func change(_ key: String, _ value: String) -> SettingChange {
    SettingChange(name: "console", key: key, value: value)
  }

  @Test("take a value in 90-set.toml, once")
  func saves() throws {
    try withHost { access in
      let wish = change("channels.console.https_port", "8384")
      let file = access.dropIn("console")
      try #expect(access.save(wish) == SavedSetting(file: file, changed: true))
      try #expect(access.save(wish) == SavedSetting(file: file, changed: false))
      let loaded = loadSettings(name: "console", folders: access.folders)
      #expect(loaded.settings?.channels.first?.httpsPort == 8384)
      #expect(FileSystem.ownership(file)?.mode == 0o664)
    }
  }

  @Test("are not written while the daemon or another command writes them")
  func locks() throws {
    try withHost { access in
      let held = try FileLock(access.lockFile, milliseconds: 0)
      let problem = #expect(throws: CommandProblem.self) {
        try access.save(change("channels.console.https_port", "8384"))
      }
      #expect(problem?.what.contains("somebody else") == true)
      #expect(throws: CommandProblem.self) {
        try access.saveHold(HoldChange(name: "console", until: "2030-01-01T00:00:00Z"))
      }
      #expect(throws: CommandProblem.self) {
        try access.saveImport(ImportChange(name: "console", sha256: Self.sha256)) {
          Issue.record("it is kept though it is not saved")
        }
      }
      #expect(!FileSystem.exists(access.dropIn("console")))
      withExtendedLifetime(held) {}
    }
  }

  private static let sha256 = String(repeating: "ab", count: 32)

  @Test("name an import with its moment, and forget both with it")
  func saveImports() throws {
    try withHost { host in
      // A child that another test starts holds the lock before until it runs its program.
      var access = host
      access.lockMilliseconds = StoreLimits.lockMilliseconds
      func settings() -> CertificateSettings? {
        loadSettings(name: "console", folders: access.folders).settings?.certificate
      }
      var change = ImportChange(name: "console", sha256: Self.sha256, activatesAt: 1_900_000_000)
      _ = try access.saveImport(change) {}
      #expect(settings()?.source == .imported && settings()?.imported == Self.sha256)
      #expect(settings()?.activateAt == 1_900_000_000)
      change.activatesAt = nil
      _ = try access.saveImport(change) {}
      #expect(settings()?.imported == Self.sha256 && settings()?.activateAt == nil)
      change.sha256 = nil
      change.source = .selfSigned
      _ = try access.saveImport(change) {}
      #expect(settings()?.source == .selfSigned && settings()?.imported == nil)
    }
  }

  @Test(
    "stay as they are if key or value is not accepted, and say what is",
    arguments: [
      ("channels.console.http_prt", "1", "http_port"),
      ("channels.console.http_port", "99999", "65535"),
      ("certificate.renewal_window", "300d", "renewal_window"),
    ])
  func refuses(key: String, value: String, hint: String) throws {
    try withHost { access in
      #expect {
        try access.save(change(key, value))
      } throws: { error in
        let problem = error as? CommandProblem
        return problem?.status == .refused && problem?.what.contains(hint) == true
      }
      #expect(!FileSystem.exists(access.dropIn("console")))
    }
  }

  @Test("say which file beats a value, in place of saving it in vain")
  func beaten() throws {
    try withHost { access in
      let folder = "\(access.folders.etc)/console.toml.d"
      try FileSystem.makeDirectory(folder)
      try put("[restart]\nverify_within = \"20s\"\n", "\(folder)/95-mine.toml")
      #expect {
        try access.save(change("restart.verify_within", "10s"))
      } throws: { error in
        (error as? CommandProblem)?.what.contains("95-mine.toml") == true
      }
      #expect(!FileSystem.exists(access.dropIn("console")))
    }
  }

  @Test("are accepted by check with their unit and profile, and not without")
  func checks() throws {
    try withHost { access in
      #expect(access.check([]).problems.isEmpty)
      let file = "\(access.folders.etc)/other.toml"
      try put("unit = \"ngin.service\"\nprofile = \"ngin\"\n", file)
      #expect(access.check([]).problems.map(\.code) == ["unknown-unit", "profile-missing"])
      try put("unit = \"web@1.service\"\nprofile = \"nginx\"\n", file)
      #expect(access.check([file]).problems.first?.text.contains("template") == true)
      try put("unitt = 1\n", file)
      #expect(access.check([file]).problems.contains { $0.code == "unknown-key" })
      #expect(access.check(["/no/such/file.toml"]).problems.first?.code == "unreadable")
    }
  }

  @Test("name the profiles, the broken ones included")
  func profiles() throws {
    try withHost { access in
      try FileSystem.makeDirectory("\(access.profileFolder)/odd")
      try put("{", "\(access.profileFolder)/odd/profile.toml")
      let profiles = access.profiles()
      #expect(profiles.map(\.name) == ["nginx", "odd"])
      #expect(profiles.map(\.isBroken) == [false, true])
    }
  }
}
