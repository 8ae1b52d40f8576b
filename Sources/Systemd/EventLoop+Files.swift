internal import CSystemd
internal import Glibc

extension EventLoop {
  /// Calls `handler` whenever something in the directory `path` may have changed, or itself has.
  ///
  /// Errors: ENOENT, ENOTDIR, EACCES; ENOSPC when the user's inotify watches are used up.
  public func watchDirectory(
    _ path: String, _ handler: @escaping (DirectoryEvent) -> Void
  ) throws(SystemdError) -> DirectoryWatch {
    try watch(path, DirectoryWatch.entriesMask, handler)
  }

  /// Calls `handler` when the directory `path` itself is moved, deleted, unmounted or gets other
  /// rights, hardly ever for what is in it: the events have no name.
  ///
  /// Errors as those of `watchDirectory`.
  public func watchDirectoryItself(
    _ path: String, _ handler: @escaping (DirectoryEvent) -> Void
  ) throws(SystemdError) -> DirectoryWatch {
    try watch(path, DirectoryWatch.itselfMask) { event in
      // Rights of what is in it are told too.
      if event.name.isEmpty { handler(event) }
    }
  }

  /// Calls `handler` when the file `path` is written, by whatever name; symlinks are followed.
  ///
  /// After a rename over it this is still the old file, until its last name is gone. Errors as
  /// those of `watchDirectory`.
  public func watchFile(
    _ path: String, _ handler: @escaping (DirectoryEvent) -> Void
  ) throws(SystemdError) -> DirectoryWatch {
    try watch(path, DirectoryWatch.fileMask, handler)
  }

  /// Calls `handler` whenever a file system was mounted or unmounted in this mount namespace, which
  /// inotify does not tell (proc_pid_mountinfo(5)).
  public func onMountChange(
    _ handler: @escaping () -> Void
  ) throws(SystemdError) -> EventSource {
    let fd = try checkErrno(
      unsafe open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC | O_NONBLOCK), "open")
    do throws(SystemdError) {
      let source = try addIO(fd, events: .urgent) { _ in handler() }
      source.ownDescriptor()
      return source
    } catch {
      close(fd)
      throw error
    }
  }

  private func watch(
    _ path: String, _ mask: UInt32, _ handler: @escaping (DirectoryEvent) -> Void
  ) throws(SystemdError) -> DirectoryWatch {
    let watch = DirectoryWatch()
    let event = unsafe raw
    let box = CallbackBox { [weak watch] mask, name in
      if mask & DirectoryWatch.lossMask != 0 { watch?.lost() }
      handler(DirectoryEvent(mask: mask, name: name))
    }
    let source = try unsafe addSource("sd_event_add_inotify", box) { source, userdata in
      unsafe sd_event_add_inotify(
        event, &source, path, mask,
        { _, event, data in
          unsafe CallbackBox.call(data, event?.pointee.mask ?? 0, DirectoryEvent.name(event))
        }, userdata)
    }
    watch.keep(source)
    return watch
  }
}

extension DirectoryWatch {
  /// All that a save, a rename, a removal or a change of rights can look like (inotify(7)).
  fileprivate static let entriesMask = UInt32(
    IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_DELETE
      | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

  /// What can part a path from the directory that it names now.
  fileprivate static let itselfMask = UInt32(
    IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

  /// What a write can look like.
  ///
  /// Not IN_ATTRIB: it would tell of a removal before the directory does.
  fileprivate static let fileMask = UInt32(IN_CLOSE_WRITE | IN_MODIFY)

  /// What ends a watch, or parts it from its path.
  ///
  /// IN_UNMOUNT and IN_IGNORED need not be asked for.
  fileprivate static let lossMask = UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)
}
