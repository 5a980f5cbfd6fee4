import Testing

@testable import MartletOutput

struct DurationTextTests {
  @Test(arguments: [
    (0, "0s"), (1, "1ns"), (12_000, "12µs"), (1_100, "1.1µs"), (350_200_000, "350.2ms"), (1_203_000_000, "1.203s"),
    (1_000_000_000, "1s"), (59_999_999_999, "59.999999999s"), (60_000_000_000, "1m0s"), (3_723_500_000_000, "1h2m3.5s"),
    (3_600_000_000_000, "1h0m0s"), (-1_500_000, "-1.5ms"), (Int64.min, "-2562047h47m16.854775808s"),
  ])
  func `a duration is written with its largest unit`(nanoseconds: Int64, text: String) {
    #expect(durationText(nanoseconds) == text)
  }
}
