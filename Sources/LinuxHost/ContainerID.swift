/// The id that a container runtime gave to a container.
package struct ContainerID: Hashable, Sendable, CustomStringConvertible {
  /// The id as the runtime spelled it.
  package let description: String

  /// Finds the id in the path of a cgroup; nil when the path names no container.
  ///
  /// It is the first text in the path that has one of these shapes, letters of either case:
  ///
  /// - 64 hexadecimal digits (docker, containerd, cri-o, podman),
  /// - 32 hexadecimal digits, a dash and decimal digits (ECS),
  /// - 8 hexadecimal digits and four times a dash and 4 hexadecimal digits (Garden).
  ///
  /// If a hexadecimal digit stands right before or behind it, it is part of something longer, and the path
  /// names none: what comes later in the path is not looked at.
  ///
  /// Without any it is the name of a systemd-nspawn machine, of what runs in it and not of what runs it.
  package init?(cgroupPath: String) {
    self.init(cgroupPath: cgroupPath.utf8Span.span)
  }

  /// The same, for the bytes of a path.
  package init?(cgroupPath path: Span<UInt8>) {
    var start = 0
    while start < path.count {
      let end = path.endOfHexDigits(from: start)
      guard let match = path.containerID(inDigits: start..<end) else {
        start = end + 1
        continue
      }
      // The digits before the match are those of the same run.
      guard match.lowerBound == start,
        match.upperBound == path.count || path[match.upperBound].hexDigitValue == nil
      else { return nil }
      description = path.extracting(match).string
      return
    }
    guard let machine = path.machineName else { return nil }
    description = machine
  }
}

extension Span<UInt8> {
  /// The first index at or behind `start` that holds no hexadecimal digit.
  fileprivate func endOfHexDigits(from start: Int) -> Int {
    var end = start
    while end < count, self[end].hexDigitValue != nil { end += 1 }
    return end
  }

  /// The first match that starts in a run of hexadecimal digits that is not preceded by another.
  fileprivate func containerID(inDigits run: Range<Int>) -> Range<Int>? {
    if run.count >= 64 { return run.lowerBound..<run.lowerBound + 64 }
    // The other shapes go on with a dash, so within the run only one place can start each.
    if run.count >= 32, let end = endOfDashedNumber(from: run.upperBound) { return run.upperBound - 32..<end }
    if run.count >= 8, let end = endOfDashedGroups(from: run.upperBound) { return run.upperBound - 8..<end }
    return nil
  }

  private func isDash(at index: Int) -> Bool {
    index < count && self[index] == UInt8(ascii: "-")
  }

  private func endOfDashedNumber(from start: Int) -> Int? {
    guard isDash(at: start) else { return nil }
    var end = start + 1
    while end < count, self[end].isDecimalDigit { end += 1 }
    return end > start + 1 ? end : nil
  }

  private func endOfDashedGroups(from start: Int) -> Int? {
    guard start + 20 <= count else { return nil }
    for group in stride(from: start, to: start + 20, by: 5) {
      guard isDash(at: group) else { return nil }
      for digit in group + 1..<group + 5 where self[digit].hexDigitValue == nil { return nil }
    }
    return start + 20
  }

  /// `NAME` of `machine-NAME.scope/payload` or `systemd-nspawn@NAME.service/payload`, where a dash is spelled `\x2d`.
  fileprivate var machineName: String? {
    var elements = TextScanner(self)
    var unit: Span<UInt8>?
    while let element = elements.piece(before: UInt8(ascii: "/")) {
      if element.count == 7, element.string == "payload", let unit, let name = unit.machineOfUnit { return name }
      unit = element
    }
    return nil
  }

  private var machineOfUnit: String? {
    for (prefix, suffix) in [("machine-", ".scope"), ("systemd-nspawn@", ".service")] {
      let text = string
      guard text.hasPrefix(prefix), text.hasSuffix(suffix) else { continue }
      let name = text.dropFirst(prefix.count).dropLast(suffix.count)
        .split(separator: "\\x2d", omittingEmptySubsequences: false).joined(separator: "-")
      // As machined takes them. The name is a file's, too.
      let isName = name.utf8.allSatisfy { $0.isDecimalDigit || ($0 | 0x20) &- 0x61 < 26 || "-._".utf8.contains($0) }
      return isName && !name.isEmpty && !name.hasPrefix(".") && name.utf8.count <= 64 ? name : nil
    }
    return nil
  }
}
