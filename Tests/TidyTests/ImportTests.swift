import Files
import Testing

/// What docs/ARCHITECTURE.md says of folders, held against the `import` lines.
///
/// SwiftPM does not: an import of a sibling that is not declared compiles.
@Suite struct ImportTests {
  /// Module → everything that it may import.
  static let allowed: [String: Set<String>] = [
    "Planner": [],
    "Files": ["Glibc"],
    "Systemd": ["CSystemd", "Glibc"],
    "Certificates": ["COpenSSL", "Glibc"],
    "Settings": ["Planner", "Files", "TOMLKit", "Glibc"],
    "Generations": ["Planner", "Files", "TOMLKit", "FoundationEssentials", "Glibc"],
    "Adoption": ["Planner", "Files", "Generations", "Glibc"],
    "Watchers": [
      "Planner", "Files", "Systemd", "Settings", "Generations", "FoundationEssentials",
    ],
    "Coordinator": [
      "Planner", "Files", "Systemd", "Certificates", "Settings", "Generations",
      "FoundationEssentials", "Glibc",
    ],
    "supervisord-ec": [
      "Planner", "Files", "Systemd", "Certificates", "Settings", "Generations", "Adoption",
      "Watchers", "Coordinator", "ArgumentParser", "FoundationEssentials", "Glibc",
    ],
  ]

  /// Modules of C: the folder with the module map, and who may import it.
  static let rooms = ["CSystemd": "Systemd", "COpenSSL": "Certificates"]

  @Test func everyModuleImportsOnlyWhatItMay() {
    for file in Tree.sources {
      let mayImport = Self.allowed[file.module] ?? []
      for name in file.imports where !mayImport.contains(name) {
        Issue.record("\(file.path) imports \(name), which \(file.module) may not use")
      }
    }
  }

  @Test func everyFolderOfSourcesHasARule() {
    let folders = Set(Tree.folders(in: "Sources"))
    #expect(folders == Set(Self.allowed.keys).union(Self.rooms.keys))
  }

  @Test func thePlannerImportsNothing() {
    for file in Tree.sources where file.module == "Planner" { #expect(file.imports.isEmpty) }
  }

  @Test func onlyOneRoomOpensToEachLibraryOfC() {
    for file in Tree.swift {
      for name in file.imports {
        guard let owner = Self.rooms[name] else { continue }
        #expect([owner, "\(owner)Tests"].contains(file.module), "\(file.path) imports \(name)")
      }
    }
  }

  @Test func sensesAndHandsNeverMeet() {
    for file in Tree.swift where ["Watchers", "WatchersTests"].contains(file.module) {
      #expect(!file.imports.contains("Coordinator"), "\(file.path)")
    }
    for file in Tree.swift where ["Coordinator", "CoordinatorTests"].contains(file.module) {
      #expect(!file.imports.contains("Watchers"), "\(file.path)")
    }
  }

  @Test func nobodyImportsFullFoundationDispatchOrConcurrency() {
    for file in Tree.swift {
      for name in ["Foundation", "Dispatch", "_Concurrency"] {
        #expect(!file.imports.contains(name), "\(file.path)")
      }
    }
  }

  @Test func everyFolderOfSourcesIsExplained() throws {
    let text = try Tree.text("docs/ARCHITECTURE.md")
    for folder in Tree.folders(in: "Sources") {
      #expect(text.contains("`Sources/\(folder)`"), "docs/ARCHITECTURE.md says nothing of it")
    }
  }

  @Test func importsAreFound() {
    let text = """
      public import A
      @testable import B
      import struct C.D
      internal import E  // Why.
      // import F
      let import_ = "import G"
      """
    #expect(SwiftFile(path: "Sources/X/a.swift", text: text).imports == ["A", "B", "C", "E"])
  }
}
