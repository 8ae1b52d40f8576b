internal import Certificates
internal import Files
internal import Glibc

/// Asks for a password at the terminal, which shows again what is typed whatever ends it.
enum PasswordPrompt {
  private enum Outcome {
    case line([UInt8])
    case ended
    case signal(Int32)
  }

  /// One line of the terminal, not shown while it is typed; nil if there is no terminal, or its end
  /// came.
  ///
  /// A signal that ends the process is thrown, so that the terminal is put right first; after a
  /// stop (Ctrl-Z) it asks again.
  static func ask(_ question: String) throws(Interruption) -> [UInt8]? {
    let raw = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard raw >= 0 else { return nil }
    return try ask(question, terminal: Descriptor(owning: raw))
  }

  /// As `ask`, at a terminal that is open already.
  static func ask(
    _ question: String, terminal: consuming Descriptor
  ) throws(Interruption) -> [UInt8]? {
    var shown = termios()
    guard unsafe tcgetattr(terminal.raw, &shown) == 0 else { return nil }
    while true {
      let outcome = CaughtSignals.during { signals -> Outcome in
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        guard unsafe tcsetattr(terminal.raw, TCSAFLUSH, &hidden) == 0 else { return .ended }
        defer {
          _ = unsafe tcsetattr(terminal.raw, TCSADRAIN, &shown)
          _ = unsafe write(terminal.raw, "\n", 1)
        }
        _ = unsafe write(terminal.raw, question, question.utf8.count)
        return line(terminal.raw, signals)
      }
      switch outcome {
      case .line(let bytes): return bytes
      case .ended, nil: return nil
      case .signal(SIGTSTP): raise(SIGTSTP)
      case .signal(let number): throw Interruption(signal: number)
      }
    }
  }

  /// Waits for a line or a signal, whichever comes first (poll(2)).
  private static func line(_ terminal: Int32, _ signals: Int32) -> Outcome {
    var ends = [
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
      pollfd(fd: terminal, events: Int16(POLLIN), revents: 0),
    ]
    while unsafe poll(&ends, 2, -1) < 0 {
      guard errno == EINTR else { return .ended }
    }
    if ends[0].revents != 0 {
      var number: UInt8 = 0
      return unsafe Glibc.read(signals, &number, 1) == 1 ? .signal(Int32(number)) : .ended
    }
    // The terminal hands out one line at most.
    var buffer = [UInt8](repeating: 0, count: 4096)
    defer { wipe(&buffer) }
    let count = unsafe Glibc.read(terminal, &buffer, buffer.count)
    guard count > 0 else { return .ended }
    return .line(buffer.prefix(count).prefix { $0 != 0x0a && $0 != 0x0d }.map(\.self))
  }
}

/// Signals that come through a pipe instead of ending or stopping the process.
private enum CaughtSignals {
  private static let signals = Interruption.signals + [SIGTSTP]
  /// Where the handler writes: it sees nothing but what is global (signal-safety(7)).
  private nonisolated(unsafe) static var end: Int32 = -1

  /// Catches them during `work`, which gets the end to read their numbers from; afterwards
  /// everything is as it was.
  ///
  /// Nil: there is no pipe.
  static func during<Result>(_ work: (Int32) -> Result) -> Result? {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return nil }
    let reader = Descriptor(owning: ends[0])
    let writer = Descriptor(owning: ends[1])
    unsafe end = writer.raw
    var old: [(Int32, sigaction)] = []
    for signal in signals {
      var former = sigaction()
      unsafe sigaction(signal, nil, &former)
      // What the caller ignores (nohup(1)) stays ignored.
      let handler = unsafe former.__sigaction_handler.sa_handler
      if handler.map({ unsafe unsafeBitCast($0, to: Int.self) == 1 }) == true { continue }
      var catching = sigaction()
      unsafe catching.__sigaction_handler.sa_handler = { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = unsafe write(CaughtSignals.end, &byte, 1)
      }
      unsafe sigaction(signal, &catching, nil)
      old.append((signal, former))
    }
    let result = work(reader.raw)
    for (signal, action) in old {
      var action = action
      unsafe sigaction(signal, &action, nil)
    }
    _ = consume reader
    _ = consume writer
    return result
  }
}
