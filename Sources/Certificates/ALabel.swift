/// Suggests the ASCII form of a name with other letters: Punycode (RFC 3492) below `xn--`.
///
/// Lower-cases, but does no other mapping of IDNA; where that could matter (combining marks) it
/// suggests nothing.
enum ALabel {
  // The parameters of RFC 3492 §5.
  private static let base = 36
  private static let tMin = 1
  private static let tMax = 26
  private static let skew = 38
  private static let damp = 700
  private static let initialBias = 72
  private static let initialN = 128

  /// The name with each label in its ASCII form; nil if there is none or it would be too long.
  static func name(for text: String) -> String? {
    guard text.unicodeScalars.count <= CertificateLimits.nameBytes else { return nil }
    let lower = text.lowercased()
    let composed = lower.unicodeScalars.allSatisfy { scalar in
      scalar.properties.canonicalCombiningClass == .notReordered
        && scalar.properties.generalCategory != .control
    }
    guard composed else { return nil }
    let labels = lower.split(separator: ".", omittingEmptySubsequences: false).map { label in
      label.utf8.allSatisfy { $0 < 0x80 } ? String(label) : "xn--" + encode(label)
    }
    let name = labels.joined(separator: ".")
    // The suggestion must itself be accepted.
    guard case .host? = try? SubjectName(name) else { return nil }
    return name
  }

  /// One label (RFC 3492 §6.3).
  ///
  /// At most 253 scalars come in, so nothing overflows.
  private static func encode(_ label: Substring) -> String {
    let points = label.unicodeScalars.map { Int($0.value) }
    var output = points.filter { $0 < initialN }.map { UInt8($0) }
    let basic = output.count
    var handled = basic
    if basic > 0 { output.append(UInt8(ascii: "-")) }
    var n = initialN
    var delta = 0
    var bias = initialBias
    while handled < points.count {
      guard let next = points.filter({ $0 >= n }).min() else { break }
      delta += (next - n) * (handled + 1)
      n = next
      for point in points {
        if point < n { delta += 1 }
        if point == n {
          append(delta, bias: bias, to: &output)
          bias = adapt(delta, points: handled + 1, isFirst: handled == basic)
          delta = 0
          handled += 1
        }
      }
      delta += 1
      n += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// One delta as a variable-length integer (RFC 3492 §3.3).
  private static func append(_ delta: Int, bias: Int, to output: inout [UInt8]) {
    var rest = delta
    var position = base
    while true {
      let threshold = min(max(position - bias, tMin), tMax)
      if rest < threshold { break }
      output.append(digit(threshold + (rest - threshold) % (base - threshold)))
      rest = (rest - threshold) / (base - threshold)
      position += base
    }
    output.append(digit(rest))
  }

  private static func digit(_ value: Int) -> UInt8 {
    UInt8(value < 26 ? value + 0x61 : value - 26 + 0x30)
  }

  /// The next bias (RFC 3492 §6.1).
  private static func adapt(_ delta: Int, points: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? delta / damp : delta / 2
    delta += delta / points
    var steps = 0
    while delta > ((base - tMin) * tMax) / 2 {
      delta /= base - tMin
      steps += base
    }
    return steps + (base - tMin + 1) * delta / (delta + skew)
  }
}
