/// The generator of every draw: one printed seed repeats a whole history.
///
/// Algorithm: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
struct SplitMix64: RandomNumberGenerator {
  private var position: UInt64

  init(seed: UInt64) { position = seed }

  mutating func next() -> UInt64 {
    position &+= 0x9E37_79B9_7F4A_7C15
    var mixed = position
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True so many times in a thousand.
  mutating func chance(_ perMille: Int) -> Bool {
    Int.random(in: 0..<1000, using: &self) < perMille
  }

  /// One of a list that is never empty.
  mutating func pick<T>(_ choices: [T]) -> T {
    choices[Int.random(in: 0..<choices.count, using: &self)]
  }
}
