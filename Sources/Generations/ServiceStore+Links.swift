public import Files
public import Planner

extension ServiceStore {
  /// The number that `current` names, complete or not; nil if the link is missing or odd.
  public var currentNumber: Int? { linkedNumber(.current) }
  /// The number that `candidate` names, complete or not; nil if the link is missing or odd.
  public var candidateNumber: Int? { linkedNumber(.candidate) }

  /// The generation that the service starts from; nil if missing or not whole.
  public func current() -> GenerationFacts? { currentNumber.flatMap(generation) }

  /// The generation that is staged next; nil if missing or not whole.
  public func candidate() -> GenerationFacts? { candidateNumber.flatMap(generation) }

  /// Points `candidate` at a whole generation, or removes the link; hold the lock.
  public func setCandidate(_ number: Int?) throws(FileError) {
    try checkName()
    guard let number else {
      try FileSystem.remove(path(of: .candidate))
      return try FileSystem.synchronizeDirectory(directory)
    }
    try point(.candidate, to: number)
  }

  /// Points `current` at a whole generation by rename(2); hold the lock.
  public func switchCurrent(to number: Int) throws(FileError) {
    try checkName()
    try point(.current, to: number)
  }

  /// The two links.
  enum Link: String, CaseIterable {
    case current
    case candidate
  }

  func path(of link: Link) -> String { "\(directory)/\(link.rawValue)" }

  func linkedNumber(_ link: Link) -> Int? {
    guard Self.isValidName(name), let target = FileSystem.linkTarget(path(of: link)),
      target.hasPrefix(Self.linkPrefix)
    else { return nil }
    return Self.number(of: target.dropFirst(Self.linkPrefix.count))
  }

  private func point(_ link: Link, to number: Int) throws(FileError) {
    guard generation(number) != nil else {
      throw FileError(
        "symlink", path(of: number),
        reason: "not a complete generation, \"\(link.rawValue)\" stays as it is")
    }
    try FileSystem.switchLink(path(of: link), to: Self.linkPrefix + Self.format(number))
  }

  /// Links are relative, so that a copy of the folder elsewhere stays whole.
  private static let linkPrefix = "generations/"
}
