import Files
import Generations
import Planner
import Testing

@testable import supervisord_ec

@Suite("The helpers stage and prepare")
struct HelperTests {
  @Test(arguments: ["{", #"{"version": 2}"#])
  func `what runs counts as good while the daemon's memory cannot be read`(text: String) throws {
    try withFolder { folder in
      let store = ServiceStore(root: folder, name: "console")
      try store.prepareFolders()
      try FileSystem.switchLink("\(store.directory)/current", to: "generations/000007")
      try put(text, "\(store.directory)/state.json")
      #expect(Helper.memory(store).committed == [7])
    }
  }

  @Test func `before the daemon remembers anything, nothing counts as good`() throws {
    try withFolder { folder in
      let store = ServiceStore(root: folder, name: "console")
      try store.prepareFolders()
      try FileSystem.switchLink("\(store.directory)/current", to: "generations/000001")
      #expect(Helper.memory(store).committed.isEmpty)
    }
  }
}
