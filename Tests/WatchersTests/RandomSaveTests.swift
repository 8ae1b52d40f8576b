import Files
import Glibc
import Systemd
import Testing

@testable import Watchers

/// Whatever happens to a path, in whatever order: in the end the reader has what is there.
@Suite struct RandomSaveTests {
  /// A seed → the same numbers on every machine (SplitMix64 of Steele, Lea and Flood, 2014).
  struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// Everything happens to these: `p/q/f` is followed, the others are what it may name.
  static let names = ["p", "p/q", "p/q/f", "x", "x/q", "x/f", "x/q/f", "y", "y/f"]
  static let targets = ["x", "x/q", "y", "../x", "../y/f", "../x/q/f", "f", "missing", "../../y"]

  /// One random operation; those that cannot be done now do nothing.
  static func disturb(_ root: String, _ numbers: inout Numbers, _ step: Int) -> String {
    let name = "\(root)/\(names.randomElement(using: &numbers) ?? "p")"
    let other = "\(root)/\(names.randomElement(using: &numbers) ?? "x")"
    let text = Array("\(step)\n".utf8)
    let target = targets.randomElement(using: &numbers) ?? "x"
    let kind = Int.random(in: 0..<12, using: &numbers)
    switch kind {
    case 0, 1, 2: write(text, to: name)
    case 3, 4: try? FileSystem.write(text, to: name, durable: false)
    case 5: unsafe mkdir(name, 0o755)
    case 6: unsafe unlink(name)
    case 7: try? FileSystem.removeTree(name)
    case 8:
      _ = unsafe symlink(target, name)
    case 9:
      try? FileSystem.switchLink(name, to: target)
    case 10: _ = unsafe rename(other, name)
    default: _ = unsafe link(other, name)
    }
    return "\(step): \(kind) \(name.dropFirst(root.count)) \(other.dropFirst(root.count)) \(target)"
  }

  private static func write(_ bytes: [UInt8], to path: String) {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK
    guard let file = try? Descriptor(opening: path, flags: flags, mode: 0o644) else { return }
    try? file.writeAll(bytes, path: path)
  }

  @Test(arguments: 1...60) func theLastContentIsSeen(seed: Int) throws {
    var numbers = Numbers(state: UInt64(seed))
    let host = try Host(folders: ["p/q", "x/q", "y"])
    var history: [String] = []
    let follower = try Follower("\(host.root)/p/q/f", quietMicroseconds: 500)
    for step in 1...60 {
      history.append(Self.disturb(host.root, &numbers, step))
      if Int.random(in: 0..<4, using: &numbers) == 0 {
        history.append("taken in")
        try follower.takeIn()
      }
    }
    let truth = follower.truth
    let isSeen = try follower.loop.run(
      until: { follower.seen.last == .some(truth) }, timeoutSeconds: patience)
    #expect(isSeen, "seed \(seed): \(follower.seen.suffix(3)), \(history)")
    // Only what is still followed sees this.
    try host.run("rm -rf p; mkdir -p p/q; echo end >p/q/f")
    try follower.expect("end\n")
  }
}
