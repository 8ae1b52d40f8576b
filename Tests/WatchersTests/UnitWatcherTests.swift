import Planner
import Systemd
import Testing

@testable import Watchers

@Suite struct UnitWatcherTests {
  static let preparation = "supervisord-ec-prepare@console.service"

  func properties(
    _ load: String, _ active: String, job: UInt32 = 0, wants: [String] = [preparation],
    after: [String] = [preparation]
  ) -> UnitProperties {
    var result = UnitProperties()
    result.loadState = load
    result.activeState = active
    result.job = job
    result.wants = wants
    result.after = after
    result.invocationID = "abc"
    return result
  }

  func facts(_ properties: UnitProperties, loaded: Bool = true) -> UnitFacts {
    UnitWatcher.facts(properties, service: "console", preparationLoaded: loaded)
  }

  @Test(arguments: [
    ("loaded", "active", 0, UnitFacts.Activity.active), ("loaded", "inactive", 0, .inactive),
    ("loaded", "failed", 0, .failed), ("loaded", "activating", 0, .changing),
    ("loaded", "deactivating", 0, .changing), ("loaded", "reloading", 0, .changing),
    ("loaded", "maintenance", 0, .changing), ("loaded", "active", 7, .changing),
    ("loaded", "inactive", 7, .changing), ("not-found", "inactive", 0, .notFound),
    ("bad-setting", "inactive", 0, .notFound), ("error", "inactive", 0, .notFound),
    ("masked", "inactive", 0, .masked), ("masked", "failed", 0, .masked),
    ("masked", "active", 0, .active), ("masked", "active", 7, .changing),
  ])
  func activityFollowsSystemd(
    load: String, active: String, job: UInt32, activity: UnitFacts.Activity
  ) {
    #expect(facts(properties(load, active, job: job)).activity == activity)
  }

  @Test func aRunIsKnownByItsInvocation() {
    #expect(facts(properties("loaded", "active")).invocation == "abc")
  }

  @Test func thePreparationIsInForceOnlyWithBothLinesAndItsUnit() {
    #expect(facts(properties("loaded", "active")).preparationInForce == true)
    #expect(facts(properties("loaded", "active", wants: [])).preparationInForce == false)
    #expect(facts(properties("loaded", "active", after: ["a"])).preparationInForce == false)
    #expect(facts(properties("loaded", "active"), loaded: false).preparationInForce == false)
    let other = ["supervisord-ec-prepare@other.service"]
    #expect(
      facts(properties("loaded", "active", wants: other, after: other)).preparationInForce
        == false)
  }

  @Test func ofAUnitThatIsNotLoadedThePreparationIsNotKnown() {
    #expect(facts(properties("masked", "inactive")).preparationInForce == nil)
    #expect(facts(properties("not-found", "inactive")).preparationInForce == nil)
  }

  @Test func followsAndForgets() throws {
    let loop = try EventLoop()
    let watcher = UnitWatcher(manager: Manager(loop: loop)) { _ in }
    watcher.follow("b.service", service: "b")
    watcher.follow("a.service", service: "a")
    #expect(watcher.followed == ["a.service", "b.service"])
    #expect(watcher.service(of: "a.service") == "a")
    #expect(watcher.facts(of: "a.service").activity == .unknown)
    watcher.forget("a.service")
    #expect(watcher.followed == ["b.service"])
    #expect(watcher.service(of: "a.service") == nil)
    #expect(watcher.facts(of: "never.service").activity == .unknown)
  }

  @Test func withoutSystemdAFollowedUnitIsAway() throws {
    let loop = try EventLoop()
    let manager = Manager(loop: loop, address: "unix:path=/nonexistent/bus")
    let told = Told<String>()
    let watcher = UnitWatcher(manager: manager) { told.values.append($0) }
    watcher.follow("a.service", service: "a")
    manager.connect()
    try loop.wait { !told.values.isEmpty }
    #expect(told.values == ["a.service"])
    #expect(watcher.facts(of: "a.service").activity == .away)
  }

  @Test func aJobOfOursMakesWhatIsKnownStaleUntilSystemdHasToldAgain() throws {
    let loop = try EventLoop()
    let manager = Manager(loop: loop, address: "unix:path=/nonexistent/bus")
    let told = Told<String>()
    let watcher = UnitWatcher(manager: manager) { told.values.append($0) }
    watcher.follow("a.service", service: "a")
    manager.connect()
    try loop.wait { told.values.count == 1 }
    watcher.refresh("a.service")
    #expect(watcher.isStale("a.service"))
    // It is told again although nothing changed: whoever waited may go on.
    try loop.wait { told.values.count == 2 }
    #expect(!watcher.isStale("a.service"))
    watcher.refresh("never.service")
    #expect(!watcher.isStale("never.service"))
  }
}
