// Prints one JSON object a line: what was measured, its unit, and a value for each round.
import Planner

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20
let decisionsPerRound = 20_000
let yearsPerRound = 20

func microseconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) * 1e6 + Double(duration.components.attoseconds) / 1e12
}

func report(_ what: String, _ unit: String, _ values: [Double]) {
  print(#"{"what": "\#(what)", "unit": "\#(unit)", "values": \#(values)}"#)
}

/// Microseconds of one decision about `observation`, the same each time.
func decisionTime(
  _ observation: Observation, _ state: ServiceState, _ progress: Progress
) -> Double {
  var notices = 0
  let time = ContinuousClock().measure {
    for _ in 0..<decisionsPerRound {
      var (state, progress) = (state, progress)
      let plan = Planner.plan(observation, state: &state, progress: &progress)
      notices += plan.notices.count
    }
  }
  // The answers count for something, so that they are worked out.
  precondition(notices >= 0)
  return microseconds(time) / Double(decisionsPerRound)
}

var quiet = QuietHost()
quiet.live(days: 40)
quiet.settle()
report(
  "one decision at rest", "µs",
  (0..<rounds).map { _ in decisionTime(quiet.observation, quiet.state, quiet.progress) })

var changed = quiet.observation
if case .valid(var settings) = changed.settings.outcome {
  settings.channels[0].httpsPort = 9_999
  changed.settings.outcome = .valid(settings)
  changed.settings.digest = "changed"
}
report(
  "one decision on a change", "µs",
  (0..<rounds).map { _ in decisionTime(changed, quiet.state, quiet.progress) })

var years: [Double] = []
var decisionsPerYear = 0.0
var generationsPerYear = 0.0
for _ in 0..<rounds {
  var host = QuietHost()
  let time = ContinuousClock().measure { host.live(days: yearsPerRound * 365) }
  years.append(Double(yearsPerRound) / microseconds(time) * 1e6)
  decisionsPerYear = Double(host.decisions) / Double(yearsPerRound)
  generationsPerYear = Double(host.generationsMade) / Double(yearsPerRound)
}
report("simulated years", "a second", years)
report("decisions in a simulated year", "times", [decisionsPerYear])
report("generations in a simulated year", "times", [generationsPerYear])
