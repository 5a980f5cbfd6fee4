import MartletModel

extension IMDSMessage {
  /// What an HTTP message with the metadata service says.
  init(_ message: HTTPStream.Message) {
    let head = message.head
    self.init(isResponse: head.isResponse)
    provider = Self.provider(head) ?? message.request.flatMap(Self.provider) ?? ""
    url = head.target
    host = head[.host]
    userAgent = head[.userAgent]
    server = head[.server]
    isIMDSv2 = head.hasToken
    credentials = message.credentials
  }

  /// The cloud that a message shows signs of. Fields come before paths: of the clouds some have each other's paths.
  private static func provider(_ head: HTTPHead) -> String? {
    switch head[.metadataFlavor] {
    case "Google": return "gcp"
    case "ibm": return "ibm"
    default: break
    }
    if head[.authorization] == "Bearer Oracle" { return "oracle" }
    if head[.metadata].lowercased() == "true" { return "azure" }
    if head.hasToken { return "aws" }
    return signs.first { $0.isIn(head) }?.provider
  }

  private struct Sign {
    let provider: String
    var path: String?
    var server: String?

    func isIn(_ head: HTTPHead) -> Bool {
      if let path, head.target.hasPrefix(path) { return true }
      if let server, head[.server].hasPrefix(server) { return true }
      return false
    }
  }

  private static let signs = [
    Sign(provider: "oracle", path: "/opc"),
    Sign(provider: "gcp", path: "/computeMetadata/"),
    Sign(provider: "gcp", server: "Metadata Server for VM"),
    Sign(provider: "ibm", path: "/metadata/v1/"),
    Sign(provider: "ibm", path: "/instance_identity/v1/"),
    Sign(provider: "azure", path: "/metadata/"),
    Sign(provider: "azure", server: "IMDS/"),
    Sign(provider: "aws", path: "/latest/"),
    Sign(provider: "aws", path: "/20"),  // a dated version: /2021-07-15/meta-data
    Sign(provider: "aws", server: "EC2ws"),
  ]
}

extension HTTPHead {
  fileprivate var hasToken: Bool { !self[.token].isEmpty || !self[.tokenLifetime].isEmpty }
}
