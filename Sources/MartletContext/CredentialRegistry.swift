import MartletModel
import MartletSchema

/// Knows which processes have got credentials from the metadata service of AWS, until these expire.
///
/// They are in the image of the process, and go with it through an exec. Of one key the newest document holds.
struct CredentialRegistry {
  /// Images with credentials that expire at a known time, and the first of these times.
  private var held: [ProcessImage] = []
  private var next = Instant(nanoseconds: .max)

  /// Credentials that a process is remembered to have; of more it is the newest.
  private static let limit = 8

  /// Remembers that the process of `image` got credentials.
  mutating func give(_ credentials: AWSCredentials, to image: ProcessImage, at time: Instant) {
    let others = image.awsCredentials.filter { $0.accessKeyID != credentials.accessKeyID }
    image.awsCredentials = others.suffix(Self.limit - 1) + [credentials]
    hold(image)
    expire(at: time)
  }

  /// Remembers an image with credentials, which it got or which the image before it had.
  mutating func hold(_ image: ProcessImage) {
    guard let end = image.awsCredentials.compactMap(\.end).min() else { return }
    if !held.contains(where: { $0 === image }) { held.append(image) }
    next = min(next, end)
  }

  /// Lets go of what has expired.
  mutating func expire(at time: Instant) {
    guard time >= next else { return }
    next = Instant(nanoseconds: .max)
    held = held.filter { image in
      image.awsCredentials.removeAll { $0.end.map { $0 <= time } ?? false }
      for end in image.awsCredentials.compactMap(\.end) { next = min(next, end) }
      return image.awsCredentials.contains { $0.end != nil }
    }
  }
}

extension AWSCredentials {
  /// When they expire; `nil` where the document does not say it in the form of RFC 3339.
  fileprivate var end: Instant? {
    var reader = JSONReader()
    let text = Array("\"\(expiration)\"".utf8)
    guard let time = unsafe try? reader.readTimestamp(text.span.bytes) else { return nil }
    return Instant(nanoseconds: time.nanoseconds)
  }
}
