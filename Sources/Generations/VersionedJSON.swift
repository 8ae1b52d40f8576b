public import Files
internal import FoundationEssentials

/// JSON records that carry a `version` beside their own members, so that an older program never
/// reads or replaces what a newer one wrote.
enum VersionedJSON {
  /// Decodes a record; a missing or newer version, or wrong JSON, is an error that names `path`.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], path: String, version: Int
  ) throws(FileError) -> Value {
    try refuseNewer(bytes, path: path, version: version)
    guard RecordNumbers.areBounded(bytes) else {
      throw FileError(damaged, path, reason: "a number with more than 15 digits")
    }
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw FileError(damaged, path, reason: "not a record of the expected form: \(plain(error))")
    }
  }

  /// What is wrong and where in the record, in words.
  private static func plain(_ error: any Error) -> String {
    func place(_ keys: [any CodingKey]) -> String {
      "\"\(keys.map(\.stringValue).joined(separator: "."))\""
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "\(place(context.codingPath + [key])) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "\(place(context.codingPath)) is of another type"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "\(place(context.codingPath)) has an unknown value"
    default: return "it is not JSON"
    }
  }

  /// Throws if a newer version wrote the record at `path`, which is about to be replaced.
  ///
  /// One that is damaged, too large or cannot be read is worth less than the new one.
  static func spareNewer(_ path: String, limit: Int, version: Int) throws(FileError) {
    do throws(FileError) {
      guard let old = try FileSystem.readIfThere(path, limit: limit) else { return }
      try refuseNewer(old, path: path, version: version)
    } catch {
      guard !error.isNewerRecord else { throw error }
    }
  }

  /// Throws if the record says a version above `version`, or none.
  static func refuseNewer(_ bytes: [UInt8], path: String, version: Int) throws(FileError) {
    let head: Head
    do {
      head = try JSONDecoder().decode(Head.self, from: Data(bytes))
    } catch {
      throw FileError(damaged, path, reason: "not a record with a \"version\"")
    }
    guard head.version <= version else {
      throw FileError(
        newer, path,
        reason: "written by a newer supervisord-ec (version \(head.version), this one knows "
          + "\(version)); install that one again or move the file away")
    }
  }

  /// Encodes a record with sorted keys, so that equal values give equal bytes.
  static func encode<Value: Encodable>(
    _ value: Value, path: String, version: Int
  ) throws(FileError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return [UInt8](try encoder.encode(Stamped(value: value, version: version))) + [0x0A]
    } catch {
      throw FileError("encode", path, reason: "cannot be written as JSON: \(error)")
    }
  }

  /// `FileError.operation` of a record that cannot be understood.
  static let damaged = "decode"
  /// `FileError.operation` of a record from a newer program.
  static let newer = "version"

  private struct Head: Decodable {
    var version: Int
  }

  /// The members of `value` with `version` beside them, in one JSON object.
  private struct Stamped<Value: Encodable>: Encodable {
    var value: Value
    var version: Int

    enum CodingKeys: CodingKey { case version }

    func encode(to encoder: any Encoder) throws {
      try value.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(version, forKey: .version)
    }
  }
}

extension FileError {
  /// Whether a record is there that cannot be understood.
  public var isDamagedRecord: Bool { operation == VersionedJSON.damaged }

  /// Whether a record is there that a newer version of the program wrote.
  public var isNewerRecord: Bool { operation == VersionedJSON.newer }
}
