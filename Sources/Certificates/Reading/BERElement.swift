/// One element of BER (ITU-T X.690), found in bytes and not copied.
///
/// Only what certificates and their containers need: tags of one octet. Indefinite lengths are
/// taken, since some writers of PKCS#12 still use them. Never reads beyond its parent.
struct BERElement {
  /// The identifier octet.
  let tag: UInt8
  /// The whole element.
  let whole: Range<Int>
  /// What is in it.
  let content: Range<Int>

  static let boolean: UInt8 = 0x01
  static let integer: UInt8 = 0x02
  static let bitString: UInt8 = 0x03
  static let octetString: UInt8 = 0x04
  static let objectIdentifier: UInt8 = 0x06
  static let enumerated: UInt8 = 0x0a
  static let utcTime: UInt8 = 0x17
  static let generalizedTime: UInt8 = 0x18
  static let sequence: UInt8 = 0x30
  static let set: UInt8 = 0x31

  /// The tag `[number]`, constructed.
  static func context(_ number: UInt8) -> UInt8 { 0xa0 | number }

  /// Whether it holds elements.
  var isConstructed: Bool { tag & 0x20 != 0 }

  /// Reads the element at the beginning of a range; nil if there is none, whole.
  init?(_ bytes: SecretBytes, in range: Range<Int>) {
    self.init(bytes, in: range, depth: 0)
  }

  private init?(_ bytes: SecretBytes, in range: Range<Int>, depth: Int) {
    guard depth <= CertificateLimits.nesting, range.count >= 2, range.upperBound <= bytes.count
    else { return nil }
    let start = range.lowerBound
    tag = bytes[start]
    guard tag & 0x1f != 0x1f else { return nil }
    let first = bytes[start + 1]
    if first == 0x80 {
      guard tag & 0x20 != 0,
        let end = Self.endOfContents(bytes, from: start + 2, limit: range.upperBound, depth: depth)
      else { return nil }
      content = start + 2..<end
      whole = start..<end + 2
      return
    }
    var position = start + 2
    var length = Int(first)
    if first > 0x80 {
      let octets = Int(first & 0x7f)
      // Four octets reach beyond every limit of ours.
      guard octets <= 4, position + octets <= range.upperBound else { return nil }
      length = 0
      for _ in 0..<octets {
        length = length << 8 | Int(bytes[position])
        position += 1
      }
    }
    guard length <= range.upperBound - position else { return nil }
    content = position..<position + length
    whole = start..<position + length
  }

  /// Where the two zero octets stand that end an indefinite length (X.690 §8.1.5).
  private static func endOfContents(
    _ bytes: SecretBytes, from start: Int, limit: Int, depth: Int
  ) -> Int? {
    var position = start
    while position + 2 <= limit {
      if bytes[position] == 0, bytes[position + 1] == 0 { return position }
      guard let inner = BERElement(bytes, in: position..<limit, depth: depth + 1) else {
        return nil
      }
      position = inner.whole.upperBound
    }
    return nil
  }

  /// The elements in it, `limit` at most; nil if they do not fill it exactly or are too many.
  func children(
    _ bytes: SecretBytes, limit: Int = CertificateLimits.elements
  ) -> [BERElement]? {
    guard isConstructed else { return nil }
    return Self.sequence(bytes, in: content, limit: limit)
  }

  /// The elements that fill a range exactly.
  static func sequence(
    _ bytes: SecretBytes, in range: Range<Int>, limit: Int = CertificateLimits.elements
  ) -> [BERElement]? {
    var found: [BERElement] = []
    var position = range.lowerBound
    while position < range.upperBound {
      guard found.count < limit,
        let next = BERElement(bytes, in: position..<range.upperBound)
      else { return nil }
      found.append(next)
      position = next.whole.upperBound
    }
    return found
  }

  /// The octets of an OCTET STRING, pieces put together (X.690 §8.7.3).
  func octets(_ bytes: SecretBytes) -> SecretBytes? {
    let result = SecretBytes(capacity: content.count)
    return collect(bytes, into: result, depth: 0) ? result : nil
  }

  private func collect(_ bytes: SecretBytes, into result: SecretBytes, depth: Int) -> Bool {
    guard isConstructed else {
      result.append(bytes, content)
      return true
    }
    guard depth <= CertificateLimits.nesting, let pieces = children(bytes) else { return false }
    return pieces.allSatisfy { piece in
      piece.tag & ~0x20 == Self.octetString
        && piece.collect(bytes, into: result, depth: depth + 1)
    }
  }

  /// A small non-negative INTEGER; nil if it is none or larger than 31 bits.
  func number(_ bytes: SecretBytes) -> Int? {
    guard tag == Self.integer, (1...5).contains(content.count), bytes[content.lowerBound] < 0x80
    else { return nil }
    let value = content.reduce(0) { $0 << 8 | Int(bytes[$1]) }
    return value <= Int(Int32.max) ? value : nil
  }

  /// Whether it is an OBJECT IDENTIFIER with this content.
  func isObject(_ identifier: [UInt8], _ bytes: SecretBytes) -> Bool {
    tag == Self.objectIdentifier && content.count == identifier.count
      && bytes.matches(identifier, at: content.lowerBound)
  }

  /// An OBJECT IDENTIFIER in dotted form, for texts; nil if it is none.
  func dotted(_ bytes: SecretBytes) -> String? {
    guard tag == Self.objectIdentifier, (1...32).contains(content.count) else { return nil }
    var numbers: [UInt64] = []
    var value: UInt64 = 0
    for index in content {
      guard value < 1 << 56 else { return nil }
      value = value << 7 | UInt64(bytes[index] & 0x7f)
      if bytes[index] < 0x80 {
        numbers.append(value)
        value = 0
      }
    }
    guard let first = numbers.first else { return nil }
    let root = min(first / 40, 2)
    return ([root, first - root * 40] + numbers.dropFirst()).map(String.init)
      .joined(separator: ".")
  }
}
