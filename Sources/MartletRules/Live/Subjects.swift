import MartletModel

/// Numbers for the processes of events as they are: two events have the same number only if all that rules can ask of
/// their processes is the same.
struct Subjects {
  private final class Subject {
    let process: ProcessImage
    let tid: UInt32
    let credentials: Credentials
    let names: CredentialNames
    let numbers: Numbers

    init(
      _ process: ProcessImage, _ tid: UInt32, _ credentials: Credentials, _ names: CredentialNames, _ numbers: Numbers
    ) {
      self.process = process
      self.tid = tid
      self.credentials = credentials
      self.names = names
      self.numbers = numbers
    }
  }

  /// That of the process as it is, and that of what it has in common with others.
  typealias Numbers = (lasting: UInt64, kind: UInt64)

  /// Processes take turns, on several processors at once.
  private static let places = 256

  private var subjects = [Subject?](repeating: nil, count: places)
  private var kinds = ProcessKinds()
  private var last: UInt64 = 0
  /// The state of all their images when the numbers were given.
  private var changes = ProcessImage.followedChanges

  /// The numbers of a process, and the thread and identity with which it acts; never 0. In parts: handed on whole, an event
  /// is copied.
  mutating func numbers(
    of process: ProcessImage, _ tid: UInt32, _ credentials: Credentials, _ names: CredentialNames
  ) -> Numbers {
    let place = Int(tid) & (Self.places - 1)
    if changes != ProcessImage.followedChanges {
      changes = ProcessImage.followedChanges
      for place in subjects.indices { subjects[place] = nil }
      kinds.removeAll()
    } else if let known = subjects[place], known.process === process, known.tid == tid, known.names === names,
      known.credentials == credentials
    {
      return known.numbers
    }
    process.follow()
    last &+= 1
    // Who acts with an identity that is not the process's has nothing in common with others.
    let isOwn = credentials == process.credentials && names.isSame(as: process.names)
    let numbers = (last, isOwn ? kinds.number(of: process) : last | 1 << 63)
    subjects[place] = Subject(process, tid, credentials, names, numbers)
    return numbers
  }
}
