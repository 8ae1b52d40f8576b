/// Numbers in JSON, looked at before anything is worked out with them.
public enum RecordNumbers {
  /// Seconds for thirty million years: sums and small multiples of such numbers stay far below the
  /// largest integer, where arithmetic would end the program.
  static let mostDigits = 15

  /// Whether no number outside of a text has more than 15 digits, or an exponent.
  public static func areBounded(_ json: [UInt8]) -> Bool {
    var isText = false
    var isEscaped = false
    var digits = 0
    for byte in json {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isText: isEscaped = true
      case UInt8(ascii: "\""):
        isText.toggle()
        digits = 0
      case _ where isText: break
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        if digits > mostDigits { return false }
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        // In `true` and `false` it does not follow a digit.
        if digits > 0 { return false }
      default: digits = 0
      }
    }
    return true
  }
}
