import MartletModel

/// Numbers for the processes of events as they are: two events have the same number only if all that rules can ask of
/// their processes is the same.
struct Subjects {
  private final class Subject {
    let process: ProcessImage
    let tid: UInt32
    let credentials: Credentials
    let names: CredentialNames
    let number: UInt64

    init(
      _ process: ProcessImage, _ tid: UInt32, _ credentials: Credentials, _ names: CredentialNames, number: UInt64
    ) {
      self.process = process
      self.tid = tid
      self.credentials = credentials
      self.names = names
      self.number = number
    }
  }

  /// Processes take turns, on several processors at once.
  private static let places = 256

  private var subjects = [Subject?](repeating: nil, count: places)
  private var last: UInt64 = 0
  /// The state of all their images when the numbers were given.
  private var changes = ProcessImage.followedChanges

  /// The number of a process, and the thread and identity with which it acts; never 0. In parts: handed on whole, an event
  /// is copied.
  mutating func number(
    of process: ProcessImage, _ tid: UInt32, _ credentials: Credentials, _ names: CredentialNames
  ) -> UInt64 {
    let place = Int(tid) & (Self.places - 1)
    if changes != ProcessImage.followedChanges {
      changes = ProcessImage.followedChanges
      for place in subjects.indices { subjects[place] = nil }
    } else if let known = subjects[place], known.process === process, known.tid == tid, known.names === names,
      known.credentials == credentials
    {
      return known.number
    }
    process.follow()
    last &+= 1
    subjects[place] = Subject(process, tid, credentials, names, number: last)
    return last
  }
}
