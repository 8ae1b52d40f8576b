/// A property's value, in the types that units have.
enum BusValue: Equatable {
  case string(String)
  case strings([String])
  case bytes([UInt8])
  case number(UInt64)
  case bool(Bool)
}

extension BusMessage {
  /// Reads `a{sv}`, keeping only the names that are `wanted`.
  func readProperties(_ wanted: Set<String>) throws(SystemdError) -> [String: BusValue] {
    var values: [String: BusValue] = [:]
    try enter("a", "{sv}")
    while !atEnd() {
      try enter("e", "sv")
      let name = try readString()
      if wanted.contains(name) {
        values[name] = try readVariant()
      } else {
        try skip("v")
      }
      try exit()
    }
    try exit()
    return values
  }

  /// Reads one variant; nil for a type that units do not have.
  func readVariant() throws(SystemdError) -> BusValue? {
    let signature = try variantSignature()
    guard ["s", "o", "as", "ay", "u", "t", "b", "(uo)"].contains(signature) else {
      try skip("v")
      return nil
    }
    try enter("v", signature)
    let value = try readValue(signature)
    try exit()
    return value
  }

  private func readValue(_ signature: String) throws(SystemdError) -> BusValue? {
    switch signature {
    case "s": return .string(try readString())
    case "o": return .string(try readString("o"))
    case "as": return .strings(try readStrings())
    case "ay": return .bytes(try readBytes())
    case "u": return .number(UInt64(try readUInt32()))
    case "t": return .number(try readUInt64())
    case "b": return .bool(try readBool())
    case "(uo)":
      // A job: number and object path; the number says all.
      try enter("r", "uo")
      let number = try readUInt32()
      try skip("o")
      try exit()
      return .number(UInt64(number))
    default: return nil
    }
  }
}
