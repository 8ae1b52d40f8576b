internal import Adoption
internal import Files

/// What a run of `adopt` adds to the host, so that a refused one leaves nothing behind.
struct Footprint {
  private let files: [String]
  private let folders: [String]

  /// Notes which of these paths are not there yet.
  ///
  /// Folders go only when they are empty.
  init(files: [String], folders: [String]) {
    self.files = files.filter { !FileSystem.exists($0) }
    self.folders = folders.filter { !FileSystem.exists($0) }
  }

  /// Everything that `adopt` puts among the administrator's files.
  init(_ pieces: RootPaths, sites: [String]) {
    self.init(
      files: [pieces.settings, pieces.http] + sites.map(pieces.site),
      folders: [pieces.settingsDropIns, pieces.siteDirectory])
  }

  /// Removes what came since; what cannot be removed is left, as the refusal is what matters.
  func remove() {
    for file in files { try? FileSystem.remove(file) }
    for folder in folders where FileSystem.list(folder).isEmpty {
      try? FileSystem.removeTree(folder)
    }
  }
}
