/// The A-label of an internationalised host name (RFC 5890; encoding of RFC 3492), to be shown.
///
/// nil where it would take the mapping tables of Unicode (RFC 5894): combining marks, for example.
func asciiName(_ name: String) -> String? {
  var labels: [String] = []
  for label in name.lowercased().split(separator: ".", omittingEmptySubsequences: false) {
    if label.utf8.allSatisfy({ $0 < 0x80 }) {
      labels.append(String(label))
      continue
    }
    let isPlain = label.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .lowercaseLetter, .otherLetter, .decimalNumber: true
      default: scalar == "-"
      }
    }
    guard isPlain, let encoded = punycode(Array(label.unicodeScalars)) else { return nil }
    labels.append("xn--" + encoded)
  }
  return labels.joined(separator: ".")
}

/// RFC 3492 section 6.3; nil on overflow.
private func punycode(_ input: [Unicode.Scalar]) -> String? {
  let codes = input.map { Int($0.value) }
  var output = input.filter(\.isASCII).map(Character.init)
  let basic = output.count
  var handled = basic
  if basic > 0 { output.append("-") }
  var (code, delta, bias) = (128, 0, 72)
  while handled < codes.count {
    guard let next = codes.filter({ $0 >= code }).min() else { return nil }
    let step = (next - code).multipliedReportingOverflow(by: handled + 1)
    guard !step.overflow, delta <= Int.max / 2, step.partialValue <= Int.max / 2 else { return nil }
    delta += step.partialValue
    code = next
    for each in codes {
      if each < code { delta += 1 }
      guard each == code else { continue }
      output += digits(of: delta, bias: bias)
      bias = adapt(delta, points: handled + 1, isFirst: handled == basic)
      delta = 0
      handled += 1
    }
    delta += 1
    code += 1
  }
  return String(output)
}

/// A number of variable length (RFC 3492 section 3.3).
private func digits(of number: Int, bias: Int) -> [Character] {
  let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
  var result: [Character] = []
  var (rest, position) = (number, 36)
  while true {
    let threshold = min(max(position - bias, 1), 26)
    guard rest >= threshold else { return result + [alphabet[rest]] }
    let span = 36 - threshold
    result.append(alphabet[threshold + (rest - threshold) % span])
    rest = (rest - threshold) / span
    position += 36
  }
}

/// Bias adaptation (RFC 3492 section 6.1).
private func adapt(_ delta: Int, points: Int, isFirst: Bool) -> Int {
  var rest = isFirst ? delta / 700 : delta / 2
  rest += rest / points
  var round = 0
  while rest > 455 {
    rest /= 35
    round += 36
  }
  return round + 36 * rest / (rest + 38)
}
