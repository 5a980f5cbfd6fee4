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

    init(_ event: Event, number: UInt64) {
      process = event.process
      tid = event.activity.tid
      credentials = event.credentials
      names = event.names
      self.number = number
    }
  }

  /// Processes take turns, on several processors at once.
  private static let places = 64

  private var subjects = [Subject?](repeating: nil, count: places)
  private var last: UInt64 = 0
  /// The state of all images when the numbers were given.
  private var generation = ProcessImage.generation

  /// The number of the process of `event`, never 0.
  mutating func number(of event: Event) -> UInt64 {
    let place = Int(event.activity.tid) & (Self.places - 1)
    if generation != ProcessImage.generation {
      generation = ProcessImage.generation
      for place in subjects.indices { subjects[place] = nil }
    } else if let known = subjects[place], known.process === event.process, known.tid == event.activity.tid,
      known.credentials == event.credentials, known.names === event.names
    {
      return known.number
    }
    last &+= 1
    subjects[place] = Subject(event, number: last)
    return last
  }
}
