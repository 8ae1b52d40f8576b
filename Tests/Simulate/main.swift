// Many histories, one after the other, for `make simulate`; not shipped.
import Glibc
import Simulation

func value(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

func number(_ name: String, else fallback: Int) -> Int {
  value(name).flatMap { Int($0) }.map { max(1, $0) } ?? fallback
}

func seconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let years = number("YEARS", else: 10)
let only = value("SEED").flatMap { UInt64($0) }
let first = only ?? UInt64(number("FIRST", else: 1))
let count = only == nil ? number("SEEDS", else: 1000) : 1
let services = number("SERVICES", else: 1)
let keep = value("KEEP").map { $0.split(separator: ",").compactMap { Int($0) } }

let start = seconds()
var told = start
var failures = 0
for done in 1...count {
  if let failure = Runner.run(
    seed: first + UInt64(done) - 1, years: years, services: services, keep: keep)
  {
    failures += 1
    print(failure.text, "\n")
  }
  let now = seconds()
  guard now - told >= 2 || done == count else { continue }
  told = now
  let rate = Double(done) / (now - start)
  let text = "\(done) of \(count) seeds, \(years) years each: \(failures) failed;"
  print(text, "\(Int(rate * 10) / 10) seeds/s, \(Int((now - start).rounded())) s")
  fflush(nil)
}
exit(failures == 0 ? 0 : 1)
