/// A cheap digest of contents: 64-bit FNV-1a and the length.
///
/// It tells changes from no change; it does not withstand somebody who looks for a collision, and
/// nothing is trusted because of it.
struct ContentDigest {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325
  private var length = 0

  init(_ bytes: [UInt8] = []) { add(bytes) }

  mutating func add(_ bytes: [UInt8]) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    length += bytes.count
  }

  /// Adds a text with an end that no other text can imitate.
  mutating func add(_ text: String) { add(Array(text.utf8) + [0]) }

  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits + "-\(length)"
  }
}
