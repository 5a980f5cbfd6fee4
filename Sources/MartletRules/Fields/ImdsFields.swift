extension EventFields {
  static let imds = EventFields(
    "imds", "Somebody spoke with the metadata service of a cloud.",
    [
      .bool("imds.aws.is_imds_v2", "The exchange follows the second, safer version of AWS's protocol."),
      .string("imds.aws.security_credentials.type", "Kind of the credentials that AWS handed out."),
      .string("imds.cloud_provider", "The cloud: \"aws\", \"gcp\", \"azure\", \"ibm\" or \"oracle\"."),
      .string("imds.host", "The request's Host header."),
      .string("imds.server", "The answer's Server header."),
      .string("imds.type", "\"request\" or \"response\"."),
      .string("imds.url", "URL asked for."),
      .string("imds.user_agent", "The request's User-Agent header."),
    ])
}
