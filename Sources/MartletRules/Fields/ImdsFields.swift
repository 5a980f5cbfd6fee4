import MartletModel

extension EventFields {
  static let imds = EventFields(
    "imds", "Somebody spoke with the metadata service of a cloud.",
    [
      .bool("imds.aws.is_imds_v2", "The exchange follows the second, safer version of AWS's protocol.") {
        $0.event.activity.imds?.isIMDSv2 ?? false
      },
      .string("imds.aws.security_credentials.type", "Kind of the credentials that AWS handed out.") {
        $0.event.activity.imds?.credentials?.type ?? ""
      },
      .string("imds.cloud_provider", "The cloud: \"aws\", \"gcp\", \"azure\", \"ibm\" or \"oracle\".") {
        $0.event.activity.imds?.provider ?? ""
      },
      .string("imds.host", "The request's Host header.") { $0.event.activity.imds?.host ?? "" },
      .string("imds.server", "The answer's Server header.") { $0.event.activity.imds?.server ?? "" },
      .string("imds.type", "\"request\" or \"response\".") {
        $0.event.activity.imds.map { $0.isResponse ? "response" : "request" } ?? ""
      },
      .string("imds.url", "URL asked for.") { $0.event.activity.imds?.url ?? "" },
      .string("imds.user_agent", "The request's User-Agent header.") { $0.event.activity.imds?.userAgent ?? "" },
    ])
}
