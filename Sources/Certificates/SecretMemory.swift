internal import COpenSSL
internal import Glibc

/// Keeps keys and passwords in this process's memory, as far as the kernel helps.
///
/// Not defended against: root, a debugger of root's, and hibernation, which writes all memory out.
public enum SecretMemory {
  /// From now on no core is written (RLIMIT_CORE of setrlimit(2)), whatever ends the process, and
  /// no other process of the same user reads its memory (PR_SET_DUMPABLE of prctl(2)).
  public static func forbidDumps() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = unsafe setrlimit(Int32(RLIMIT_CORE.rawValue), &none)
    _ = supervisord_ec_forbid_dumps()
  }

  /// Keeps all memory, also what is allocated later, out of swap (mlockall(2)); for short-lived
  /// processes that hold keys.
  ///
  /// Only where there is no limit (RLIMIT_MEMLOCK), which root lifts by itself and the units of the
  /// helpers say: with one, an allocation beyond it would fail. OpenSSL's secure heap would hold a
  /// part of the key's copies only, so it is not used. False: memory is not locked.
  @discardableResult
  public static func lock() -> Bool {
    let memory = Int32(__RLIMIT_MEMLOCK.rawValue)
    var all = rlimit(rlim_cur: .max, rlim_max: .max)
    _ = unsafe setrlimit(memory, &all)
    guard unsafe getrlimit(memory, &all) == 0, all.rlim_cur == .max else { return false }
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0
  }
}
