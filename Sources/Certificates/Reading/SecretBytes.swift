internal import COpenSSL

/// Bytes that may hold a key or a password: never copied by the language, cleansed at the end.
///
/// An array would be copied on write, and the copy forgotten; so this owns its memory, and what is
/// read of it is named by ranges. No call of it goes beyond its bounds.
@safe
final class SecretBytes {
  /// How many bytes there are.
  private(set) var count: Int
  private let buffer: UnsafeMutableBufferPointer<UInt8>

  /// Room for `capacity` bytes, empty.
  init(capacity: Int) {
    unsafe buffer = .allocate(capacity: max(capacity, 1))
    unsafe buffer.initialize(repeating: 0)
    count = 0
  }

  /// `size` zero bytes, for C to fill.
  convenience init(size: Int) {
    self.init(capacity: size)
    count = max(0, size)
  }

  /// A copy of bytes.
  convenience init(_ bytes: some Collection<UInt8>) {
    self.init(capacity: bytes.count)
    for byte in bytes { append(byte) }
  }

  /// A copy of what C handed over; nil where it is empty or its length is none.
  convenience init?(copying start: UnsafePointer<UInt8>?, count: Int) {
    guard let start = unsafe start, count > 0 else { return nil }
    self.init(capacity: count)
    unsafe buffer.baseAddress?.update(from: start, count: count)
    self.count = count
  }

  deinit {
    unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
    unsafe buffer.deallocate()
  }

  /// One byte; 0 beyond the end.
  subscript(_ index: Int) -> UInt8 {
    index >= 0 && index < count ? unsafe buffer[index] : 0
  }

  /// Adds a byte while there is room.
  func append(_ byte: UInt8) {
    guard unsafe count < buffer.count else { return }
    unsafe buffer[count] = byte
    count += 1
  }

  /// Adds a part of other bytes while there is room.
  func append(_ other: SecretBytes, _ range: Range<Int>) {
    for index in range { append(other[index]) }
  }

  /// A part in memory of its own.
  func part(_ range: Range<Int>) -> SecretBytes {
    let kept = range.clamped(to: 0..<count)
    let result = SecretBytes(capacity: kept.count)
    result.append(self, kept)
    return result
  }

  /// A part as an array, for what is no secret or leaves this module.
  func array(_ range: Range<Int>? = nil) -> [UInt8] {
    let kept = (range ?? 0..<count).clamped(to: 0..<count)
    return unsafe [UInt8](unsafeUninitializedCapacity: kept.count) { target, filled in
      for (offset, index) in kept.enumerated() { unsafe target[offset] = buffer[index] }
      filled = kept.count
    }
  }

  /// Lends a part to C: where it begins and how long it is.
  func lend<Result: ~Copyable>(
    _ range: Range<Int>? = nil, to body: (UnsafeMutablePointer<UInt8>?, Int) -> Result
  ) -> Result {
    let kept = (range ?? 0..<count).clamped(to: 0..<count)
    return unsafe body(buffer.baseAddress.map { unsafe $0 + kept.lowerBound }, kept.count)
  }

  /// Whether a part equals plain bytes.
  func matches(_ bytes: some Collection<UInt8>, at start: Int) -> Bool {
    guard start >= 0, start + bytes.count <= count else { return false }
    return zip(start..., bytes).allSatisfy { self[$0] == $1 }
  }
}
