internal import Files
internal import Generations
internal import Planner

/// Remembers what profiles can do while their files stay the same: parsing costs memory that the
/// parser never gives back.
final class ProfileCache {
  private var known: [String: (stamp: String, facts: ProfileFacts?)] = [:]

  /// What the profile can do; nil: it is missing or damaged.
  func facts(of name: String, root: String) -> ProfileFacts? {
    let stamp = FileSystem.list("\(root)/\(name)").map { file in
      FileSystem.stamp("\(root)/\(name)/\(file)") ?? ""
    }.joined(separator: " ")
    if let entry = known[name], entry.stamp == stamp { return entry.facts }
    let profile = try? Profile.load(name: name, root: root)
    let facts = profile.map {
      ProfileFacts(reloadServes: Set($0.reloadServes.compactMap(Aspect.init(rawValue:))))
    }
    known[name] = (stamp, facts)
    return facts
  }
}
