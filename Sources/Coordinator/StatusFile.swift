public import Files
internal import FoundationEssentials

/// Reads and writes `/run/supervisord-ec/NAME.json`.
public enum StatusFile {
  /// A report is some kilobytes; more is not ours.
  public static let largestBytes = 1 << 20

  /// Replaces the file at once; it need not survive a crash of the host.
  public static func write(_ report: StatusReport, to path: String) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(report) else {
      throw FileError("encode", path, reason: "the report could not be encoded")
    }
    try FileSystem.write([UInt8](data), to: path, mode: 0o644, durable: false)
  }

  /// Reads the file.
  public static func read(_ path: String) throws(FileError) -> StatusReport {
    let bytes = try FileSystem.read(path, limit: largestBytes)
    guard let report = try? JSONDecoder().decode(StatusReport.self, from: Data(bytes)) else {
      throw FileError("decode", path, reason: "it is not a status report")
    }
    return report
  }
}
