/// A moment as RFC 3339 writes it, in UTC; "never" for what is no date.
///
/// Days are counted in a calendar that begins in March, so that the leap day is a year's last.
func moment(_ seconds: Int?) -> String {
  guard let seconds else { return "never" }
  let second = ((seconds % 86_400) + 86_400) % 86_400
  // From 0000-03-01; 400 years have 146097 days.
  let days = (seconds - second) / 86_400 + 719_468
  let era = (days >= 0 ? days : days - 146_096) / 146_097
  let dayOfEra = days - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shifted = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * shifted + 2) / 5 + 1
  let month = shifted < 10 ? shifted + 3 : shifted - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  func digits(_ number: Int, _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
  let date = "\(digits(year, 4))-\(digits(month))-\(digits(day))"
  return "\(date)T\(digits(second / 3600)):\(digits(second / 60 % 60)):\(digits(second % 60))Z"
}
