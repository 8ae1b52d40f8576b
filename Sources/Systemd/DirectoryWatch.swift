/// A watch on a directory or file: says "look again", never what happened.
public final class DirectoryWatch {
  private var source: EventSource?

  /// Whether the directory was deleted, moved away or unmounted: whoever still wants to know must
  /// watch the path anew, and its parent until it is back.
  public private(set) var isLost = false

  init() {}

  /// Keeps the source that was made after this object, whose handler tells `lost`.
  func keep(_ source: EventSource) { self.source = source }

  /// Notes that the path no longer is the watched directory.
  func lost() { isLost = true }

  /// Ends the watch.
  ///
  /// Safe inside its handler, and twice.
  public func cancel() { source?.cancel() }
}
