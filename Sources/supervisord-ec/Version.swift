/// The version that `--version` prints; the package has the same one.
enum Version {
  static let text = "0.1.0"
}
