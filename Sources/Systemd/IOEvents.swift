/// What can happen on a file descriptor: the bits of epoll_ctl(2).
public struct IOEvents: OptionSet, Sendable {
  /// The EPOLL* bits.
  public let rawValue: UInt32

  /// Takes EPOLL* bits as they are.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// EPOLLIN: reading does not block.
  public static let readable = IOEvents(rawValue: 0x001)
  /// EPOLLPRI: an exceptional condition; of files in /proc a change.
  public static let urgent = IOEvents(rawValue: 0x002)
  /// EPOLLOUT: writing does not block; a connection is made or refused.
  public static let writable = IOEvents(rawValue: 0x004)
  /// EPOLLERR: always reported, asked for or not.
  public static let error = IOEvents(rawValue: 0x008)
  /// EPOLLHUP: always reported, asked for or not.
  public static let hangup = IOEvents(rawValue: 0x010)
}
