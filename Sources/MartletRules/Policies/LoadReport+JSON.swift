public import MartletSchema
public import SECL

extension LoadReport {
  /// The policies with their rules, as the agent reports them after each load. What is empty is left out.
  public var json: JSONObject {
    JSONObject([.init(name: "policies", value: .array(policies.map { .object($0.json) }))])
  }
}

extension PolicyReport {
  /// The policy without its rules.
  public var summary: JSONObject {
    var object = JSONObject()
    object["name"] = .string(name)
    object["version"] = text(version)
    object["source"] = .string(source.rawValue)
    object["replace_policy_id"] = text(replacedPolicy)
    object["status"] = .string(status.rawValue)
    object["message"] = text(message)
    return object
  }

  fileprivate var json: JSONObject {
    var object = summary
    object["rules"] = .array(rules.map { .object($0.json) })
    return object
  }
}

extension PolicyReport.Identity {
  fileprivate var json: JSONObject {
    var object: JSONObject = ["name": .string(name)]
    object["version"] = text(version)
    object["source"] = .string(source.rawValue)
    return object
  }
}

extension RuleReport {
  fileprivate var json: JSONObject {
    var object: JSONObject = ["id": .string(id)]
    object["version"] = text(version)
    object["expression"] = .string(expression)
    object["status"] = .string(status.rawValue)
    object["message"] = text(message)
    object["filter_type"] = text(filterType?.rawValue)
    object["agent_version"] = text(agentVersion)
    object["filters"] = list(filters.map(JSONValue.string))
    if !tags.isEmpty {
      object["tags"] = .object(
        JSONObject(tags.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) }))
    }
    object["product_tags"] = list(productTags.map(JSONValue.string))
    object["actions"] = list(actions.map { .object($0.json) })
    object["modified_by"] = list(modifiedBy.map { .object($0.json) })
    return object
  }
}

extension ActionEntry {
  fileprivate var json: JSONObject {
    var object = JSONObject()
    object["filter"] = text(filter?.text)
    for section in sections { object[section.name] = .object(section.json) }
    return object
  }
}

extension ActionEntry.Section {
  fileprivate var json: JSONObject {
    var object = JSONObject()
    switch self {
    case .set(let set):
      object["name"] = text(set.name?.text)
      object["value"] = set.value?.json
      object["default_value"] = set.defaultValue?.json
      object["field"] = text(set.field?.text)
      object["expression"] = text(set.expression?.text)
      object["append"] = flag(set.appends)
      object["scope"] = text(set.scope?.text)
      object["scope_field"] = text(set.scopeField?.text)
      object["size"] = number(set.size)
      object["ttl"] = number(set.ttl)
      object["inherited"] = flag(set.isInherited)
    case .kill(let kill):
      object["signal"] = text(kill.signal?.text)
      object["scope"] = text(kill.scope?.text)
    case .hash: object["enabled"] = .bool(true)
    case .coredump(let dump):
      object["process"] = flag(dump.includesProcess)
      object["mount"] = flag(dump.includesMount)
      object["dentry"] = flag(dump.includesDentry)
      object["no_compression"] = flag(dump.isUncompressed)
    case .networkFilter(let filter):
      object["filter"] = text(filter.filter?.text)
      object["policy"] = text(filter.policy?.text)
      object["scope"] = text(filter.scope?.text)
    case .log(let log):
      object["level"] = text(log.level?.text)
      object["message"] = text(log.message?.text)
    }
    return object
  }
}

extension WrittenValue {
  fileprivate var json: JSONValue? {
    switch self {
    case .value(let value): value.json
    case .emptyList: .array([])
    case .unusable: nil
    }
  }
}

extension Value {
  /// The value as events show it; addresses are texts.
  public var json: JSONValue {
    switch self {
    case .bool(let value): .bool(value)
    case .int(let value): .integer(JSONInteger(value))
    case .string(let bytes): .string(String(decoding: bytes, as: UTF8.self))
    case .ip(let network): .string("\(network)")
    case .bools(let list): .array(list.map(JSONValue.bool))
    case .ints(let list): .array(list.map { .integer(JSONInteger($0)) })
    case .strings(let list): .array(list.map { .string(String(decoding: $0, as: UTF8.self)) })
    case .ips(let list): .array(list.map { .string("\($0)") })
    }
  }
}

private func text(_ text: String?) -> JSONValue? { text.flatMap { $0.isEmpty ? nil : .string($0) } }
private func flag(_ flag: Bool) -> JSONValue? { flag ? .bool(true) : nil }
private func number(_ number: Int64) -> JSONValue? { number == 0 ? nil : .integer(JSONInteger(number)) }
private func list(_ elements: [JSONValue]) -> JSONValue? { elements.isEmpty ? nil : .array(elements) }
