// The second gate: all files of one service as one. Tables are merged deeply, values and lists are
// replaced by the file that comes later.

/// The merged keys of one service.
struct MergedSettings: Equatable, Sendable {
  var leaves: [String: Leaf] = [:]
  var channels: [String: Place] = [:]
  var problems: [SettingsProblem] = []
  /// Whether every file could be parsed; if not, nothing is said about missing keys.
  var isComplete = true

  /// Merges files, the weakest first.
  init(_ fragments: [FragmentContent]) {
    for fragment in fragments {
      leaves.merge(fragment.leaves) { $1 }
      channels.merge(fragment.channels) { first, _ in first }
      problems += fragment.problems
      isComplete = isComplete && fragment.isParsed
    }
  }
}
