import MartletModel
import Testing

struct IPAddressTests {
  @Test(
    arguments: [
      (0, 0xffff_7f00_0001, "127.0.0.1"), (0, 0xffff_0000_0000, "0.0.0.0"), (0, 0xffff_ffff_ffff, "255.255.255.255"),
      (0, 0, "::"), (0, 1, "::1"), (0, 0x7f00_0001, "::7f00:1"), (0x2001_0db8_0000_0000, 1, "2001:db8::1"),
      (0xfe80_0000_0000_0000, 0x0202_b3ff_fe1e_8329, "fe80::202:b3ff:fe1e:8329"), (0x0001_0000_0000_0000, 0, "1::"),
      (0x2001_0db8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
      (0x2001_0000_0000_0001, 0x0000_0000_0000_0001, "2001:0:0:1::1"),
      (0x2001_0db8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
      (0x0001_0002_0003_0004, 0x0005_0006_0007_abcd, "1:2:3:4:5:6:7:abcd"),
    ] as [(UInt64, UInt64, String)])
  func `an address is written in its short form`(high: UInt64, low: UInt64, text: String) {
    #expect(IPAddress(high: high, low: low).description == text)
  }

  @Test func `a port stands behind its address`() {
    #expect(IPEndpoint(IPAddress(v4: 0x0a00_0001), port: 53).description == "10.0.0.1:53")
    #expect(IPEndpoint(IPAddress(low: 1), port: 0).description == "[::1]:0")
  }
}
