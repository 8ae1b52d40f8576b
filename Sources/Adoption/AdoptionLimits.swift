/// Every bound of this module, each with its reason.
enum AdoptionLimits {
  /// Largest output of `nginx -T`; real ones have some hundred kilobytes.
  static let dumpBytes = 4 << 20
  /// Blocks inside blocks; nginx itself needs four, nested locations a few more.
  static let nesting = 64
  /// Includes inside includes, so that a circle ends.
  static let includeDepth = 32
  /// Directives over all inclusions, so that files that include each other twice end.
  static let directives = 500_000
  /// One file of a generation: rendered configuration, chain or key.
  static let generationFileBytes = 1 << 20
  /// Server blocks that one message names, so that it stays a line.
  static let namedBlocks = 5
  /// The lines around a change, as diff(1) prints them.
  static let diffContext = 3
  /// NAME_MAX of Linux less the `.d` and the temporary names that we make from a unit's name.
  static let unitNameBytes = 200
}
