import Support
import Testing

@Test func `the kernel may be traced where that is required`() {
  if Kernel.isRequired { #expect(Kernel.lack == nil) }
}
