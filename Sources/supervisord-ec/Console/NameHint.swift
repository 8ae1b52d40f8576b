/// Finds what somebody meant to type.
enum NameHint {
  /// The known word with the fewest single-letter changes; nil if none is near.
  static func nearest(to word: String, in known: [String]) -> String? {
    let candidates = known.map { (word: $0, distance: distance(word, $0)) }
    guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(2, word.count / 3) ? best.word : nil
  }

  /// Levenshtein distance; only the start of long words is compared, as input may be any length.
  private static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars.prefix(longestWord))
    let right = Array(right.unicodeScalars.prefix(longestWord))
    var row = Array(0...right.count)
    for (index, scalar) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let above = row[column + 1]
        row[column + 1] = min(
          above + 1, row[column] + 1, diagonal + (scalar == right[column] ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }

  /// NAME has at most 63 characters.
  private static let longestWord = 64
}
