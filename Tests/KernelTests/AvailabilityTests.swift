import Support
import Testing

@Test(.enabled(if: Kernel.isRequired, "MARTLET_REQUIRE_KERNEL is not set"))
func `the kernel may be traced where that is required`() {
  #expect(Kernel.lack == nil)
}
