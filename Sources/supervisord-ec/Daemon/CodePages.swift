internal import Files
internal import Glibc

/// The pages of code that a process has mapped from files.
///
/// Only executable mappings are touched: nothing is ever written there (no text relocations), so
/// whatever was given back is read from the file, or the page cache, when it is needed again.
/// Data that the loader has relocated is private, and would be lost.
enum CodePages {
  /// A program of some fifty libraries; each has a handful of mappings of 100 bytes.
  private static let mapsBytes = 1 << 20

  /// Gives them back (madvise(2), MADV_DONTNEED); answers how many bytes were mapped.
  ///
  /// Starting up runs through most of a program once; from then on it would all count as ours.
  static func giveBack() -> Int {
    guard let maps = try? FileSystem.read("/proc/self/maps", limit: mapsBytes) else { return 0 }
    var given = 0
    for range in ranges(in: String(decoding: maps, as: UTF8.self)) {
      let start = unsafe UnsafeMutableRawPointer(bitPattern: range.lowerBound)
      if unsafe madvise(start, range.count, MADV_DONTNEED) == 0 { given += range.count }
    }
    return given
  }

  /// What is executable, private, unwritable and of a file, as proc(5) tells of `maps`.
  static func ranges(in maps: String) -> [Range<UInt>] {
    maps.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      // The kernel pads the line with spaces so that paths stand below each other.
      guard words.count == 6, words[1] == "r-xp", words[5].drop(while: { $0 == " " }).first == "/"
      else { return nil }
      let ends = words[0].split(separator: "-").map { UInt($0, radix: 16) }
      guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
      return start..<end
    }
  }
}
