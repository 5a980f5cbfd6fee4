import MartletModel
import MartletSchema

/// Writes `process` objects, and remembers their text.
///
/// Most of an event is its process and that process's ancestors, which are the same from one event to the next. An
/// image's text is kept until the image, or one of its ancestors, changes; its `tid` is written anew each time.
struct ProcessRenderer: ~Copyable {

  /// What a text was made of. No state of a lineage comes back: an image's revision only rises, and where ancestors
  /// are dropped, and their revisions with them, fewer are left.
  private struct Stamp: Equatable {
    var images = 1
    var revisions: UInt64
  }

  /// Texts by the serial of their image.
  private struct Texts {
    private var known: [UInt64: (stamp: Stamp, text: KeptText)] = [:]
    private var bytes = 0

    /// Bytes that are kept; when they are more, all are written anew. A text may have hundreds of kilobytes.
    private static let capacity = 8 << 20

    subscript(serial: UInt64, stamp: Stamp) -> KeptText? {
      guard let kept = known[serial], kept.stamp == stamp else { return nil }
      return kept.text
    }

    mutating func keep(_ text: KeptText, serial: UInt64, stamp: Stamp) {
      forget(serial)
      if bytes + text.count > Self.capacity {
        known.removeAll(keepingCapacity: true)
        bytes = 0
      }
      known[serial] = (stamp, text)
      bytes += text.count
    }

    mutating func forget(_ serial: UInt64) {
      if let kept = known.removeValue(forKey: serial) { bytes -= kept.text.count }
    }
  }

  /// Images with their ancestors, from the member after `tid` on.
  private var processes = Texts()
  /// The image that was written last, which mostly is the next one too, and the generation that its text holds in.
  private var last: (serial: UInt64, generation: UInt64, text: KeptText)?
  /// The ids that the last text began with. Those of an image do not change.
  private var ids: (serial: UInt64, tid: UInt32, text: [UInt8])?
  /// Images as ancestors.
  private var ancestors = Texts()
  private var scratch = JSONWriter()
  private var capabilities = Memo<UInt64, [String]>(capacity: 256) { Capabilities.table.names($0) }

  /// Ancestors that are listed at either end when there are more than twice as many.
  private static let listedAtEnds = 100

  /// Writes the `process` object of an event's image.
  mutating func write(
    _ image: ProcessImage, tid: UInt32, credentials: Credentials, names: CredentialNames, destination: JSONValue? = nil,
    syscalls: SyscallsEvent? = nil, variables: Variables = [:], findings: FileFindings = FileFindings(),
    to text: inout SplicedText
  ) {
    text.own.beginObject()
    writeIDs(of: image, tid: tid, to: &text.own)
    if destination == nil, syscalls == nil, variables.isEmpty, findings.isEmpty, credentials == image.credentials {
      text.rendered(wholeText(image, names))
    } else {
      text.rendered(
        render(
          image, credentials: credentials, names: names, destination: destination, syscalls: syscalls,
          variables: variables, findings: findings))
    }
    text.own.endObject()
  }

  private mutating func writeIDs(of image: ProcessImage, tid: UInt32, to writer: inout JSONWriter) {
    if let ids, ids.serial == image.serial, ids.tid == tid { return writer.rendered(ids.text) }
    let text = [UInt8].rendered { writer in
      if let pid = JSONInteger(nonZero: image.pid) { writer.member(ProcessContext.Key.pid, pid) }
      if let ppid = JSONInteger(nonZero: image.ppid) { writer.member(ProcessContext.Key.ppid, ppid) }
      if let tid = JSONInteger(nonZero: tid) { writer.member(ProcessContext.Key.tid, tid) }
    }
    ids = (image.serial, tid, text)
    writer.rendered(text)
  }

  /// Drops the text of an image that ended or was replaced.
  mutating func forget(_ image: ProcessImage) {
    processes.forget(image.serial)
    if last?.serial == image.serial { last = nil }
  }

  /// The kept text of an image that acts with its own identity; written where there is none that still holds.
  private mutating func wholeText(_ image: ProcessImage, _ names: CredentialNames) -> KeptText {
    let generation = ProcessImage.generation
    if let last, last.serial == image.serial, last.generation == generation { return last.text }
    let stamp = Self.stamp(of: image)
    let text: KeptText
    if let known = processes[image.serial, stamp] {
      text = known
    } else {
      text = render(image, credentials: image.credentials, names: names)
      processes.keep(text, serial: image.serial, stamp: stamp)
    }
    last = (image.serial, generation, text)
    return text
  }

  /// Changes whenever an image of the lineage does.
  private static func stamp(of image: ProcessImage) -> Stamp {
    var stamp = Stamp(revisions: UInt64(image.revision))
    var current = image.ancestor
    while let image = current {
      stamp.images += 1
      stamp.revisions &+= UInt64(image.revision)
      current = image.ancestor
    }
    return stamp
  }

  private mutating func render(
    _ image: ProcessImage, credentials: Credentials, names: CredentialNames, destination: JSONValue? = nil,
    syscalls: SyscallsEvent? = nil, variables: Variables = [:], findings: FileFindings = FileFindings()
  ) -> KeptText {
    var process = Process(
      image, credentials: credentials, names: names, stripped: false, findings: findings,
      capabilities: { capabilities[$0] })
    (process.pid, process.ppid, process.tid) = (nil, nil, nil)
    process.credentials?.destination = destination
    process.syscalls = syscalls
    let lineage = Self.ancestors(of: image)
    let texts = lineage.listed.map { ancestorText($0, findings) }
    scratch.removeAll()
    process.writeMembers(to: &scratch)
    if let parent = texts.first {
      scratch.key(ProcessContext.Key.parent)
      parent.append(to: &scratch)
      scratch.key(ProcessContext.Key.ancestors)
      scratch.beginArray()
      for text in texts { text.append(to: &scratch) }
      scratch.endArray()
    }
    if !variables.isEmpty { scratch.member(ProcessContext.Key.variables, variables) }
    if lineage.isTruncated { scratch.member(ProcessContext.Key.truncatedAncestors, true) }
    return KeptText(scratch)
  }

  private mutating func ancestorText(_ image: ProcessImage, _ findings: FileFindings) -> KeptText {
    let stamp = Stamp(revisions: UInt64(image.revision))
    if findings.isEmpty, let text = ancestors[image.serial, stamp] { return text }
    let isShared = image.arguments != nil && image.arguments === image.ancestor?.arguments
    scratch.removeAll()
    Process(
      image, credentials: image.credentials, names: image.names, stripped: isShared, findings: findings,
      capabilities: { capabilities[$0] }
    ).write(to: &scratch)
    let text = KeptText(scratch)
    if findings.isEmpty { ancestors.keep(text, serial: image.serial, stamp: stamp) }
    return text
  }

  /// The ancestors that are listed, nearest first: all of them, or as many at either end.
  private static func ancestors(of image: ProcessImage) -> (listed: [ProcessImage], isTruncated: Bool) {
    var all: [ProcessImage] = []
    var isTruncated = false
    var current = image
    while let ancestor = current.ancestor {
      all.append(ancestor)
      if current.ancestorsElided { isTruncated = true }
      current = ancestor
    }
    guard all.count > 2 * listedAtEnds else { return (all, isTruncated) }
    return (Array(all.prefix(listedAtEnds) + all.suffix(listedAtEnds)), true)
  }
}
