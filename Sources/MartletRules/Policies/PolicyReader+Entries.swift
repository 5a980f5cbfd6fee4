import SECL

/// Policies, macros and rules.
extension PolicyReader {
  mutating func read(_ node: YAMLDocument.Node, into policy: inout Policy) throws(PolicyDiagnostic) {
    let members = try members(
      of: node, "a policy", keys: ["version", "type", "replace_policy_id", "macros", "rules"])
    policy.version = try scalar(members["version"], "version")?.text ?? ""
    policy.replacedPolicy = try scalar(members["replace_policy_id"], "replace_policy_id")?.text ?? ""
    _ = try scalar(members["type"], "type")
    for element in try elements(of: members["macros"], "macros") { policy.macros.append(try macro(element)) }
    for element in try elements(of: members["rules"], "rules") { policy.rules.append(try rule(element)) }
  }

  private mutating func macro(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> MacroEntry {
    let members = try members(
      of: node, "a macro",
      keys: ["id", "description", "expression", "values", "agent_version", "filters", "combine"])
    var macro = MacroEntry(position: document.position(of: node))
    macro.id = try scalar(members["id"], "id")
    macro.expression = try scalar(members["expression"], "expression")
    if members["values"] != nil { macro.values = try scalars(members["values"], "values") }
    macro.conditions = try conditions(members)
    macro.combination = try scalar(members["combine"], "combine").flatMap { Macro.Combination(rawValue: $0.text) }
    _ = try scalar(members["description"], "description")
    return macro
  }

  private mutating func conditions(_ members: [String: YAMLDocument.Node]) throws(PolicyDiagnostic) -> Conditions {
    Conditions(
      agentVersion: try scalar(members["agent_version"], "agent_version"),
      filters: try scalars(members["filters"], "filters"))
  }

  private mutating func rule(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> RuleEntry {
    let members = try members(
      of: node, "a rule",
      keys: [
        "id", "version", "description", "expression", "tags", "product_tags", "agent_version", "filters", "disabled",
        "combine", "override_options", "actions", "every", "limiter_token", "silent", "group_id", "priority",
      ])
    var rule = RuleEntry(position: document.position(of: node))
    rule.id = try scalar(members["id"], "id")
    rule.groupID = try scalar(members["group_id"], "group_id")
    rule.version = try scalar(members["version"], "version")?.text ?? ""
    rule.description = try scalar(members["description"], "description")?.text ?? ""
    rule.expression = try scalar(members["expression"], "expression")
    rule.tags = try map(members["tags"], "tags")
    rule.productTags = try texts(members["product_tags"], "product_tags")
    rule.conditions = try conditions(members)
    rule.isDisabled = try truth(members["disabled"], "disabled")
    if let combination = try scalar(members["combine"], "combine") {
      rule.isCombined = !combination.text.isEmpty
      rule.isOverride = combination.text == "override"
    }
    if let options = members["override_options"] {
      let options = try self.members(of: options, "'override_options'", keys: ["fields"])
      rule.overriddenFields = Set(try texts(options["fields"], "fields"))
    }
    for element in try elements(of: members["actions"], "actions") { rule.actions.append(try action(element)) }
    rule.every = try duration(members["every"], "every")
    rule.limiterToken = try scalars(members["limiter_token"], "limiter_token")
    rule.isSilent = try truth(members["silent"], "silent")
    rule.priority = try integer(members["priority"], "priority")
    return rule
  }
}

/// Actions.
extension PolicyReader {
  fileprivate mutating func action(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> ActionEntry {
    let members = try members(
      of: node, "an action", keys: ["filter", "set", "kill", "hash", "coredump", "network_filter", "log"])
    var action = ActionEntry(position: document.position(of: node))
    action.filter = try scalar(members["filter"], "filter")
    if let node = members["set"] { action.sections.append(.set(try set(node))) }
    if let node = members["kill"] { action.sections.append(.kill(try kill(node))) }
    if let node = members["hash"] { action.sections.append(.hash(try hash(node))) }
    if let node = members["coredump"] { action.sections.append(.coredump(try coredump(node))) }
    if let node = members["network_filter"] { action.sections.append(.networkFilter(try networkFilter(node))) }
    if let node = members["log"] { action.sections.append(.log(try log(node))) }
    return action
  }

  private mutating func set(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> SetEntry {
    let members = try members(
      of: node, "'set'",
      keys: [
        "name", "value", "default_value", "field", "expression", "append", "scope", "scope_field", "size", "ttl",
        "private", "inherited",
      ])
    var set = SetEntry()
    set.name = try scalar(members["name"], "name")
    set.value = try written(members["value"])
    set.defaultValue = try written(members["default_value"])
    set.field = try scalar(members["field"], "field")
    set.expression = try scalar(members["expression"], "expression")
    set.scope = try scalar(members["scope"], "scope")
    set.scopeField = try scalar(members["scope_field"], "scope_field")
    set.appends = try truth(members["append"], "append")
    set.size = try integer(members["size"], "size")
    set.ttl = try duration(members["ttl"], "ttl")
    set.isPrivate = try truth(members["private"], "private")
    set.isInherited = try truth(members["inherited"], "inherited")
    return set
  }

  /// A value of whatever type it is written in.
  private mutating func written(_ node: YAMLDocument.Node?) throws(PolicyDiagnostic) -> WrittenValue? {
    guard let node else { return nil }
    switch try content(of: node) {
    case .mapping: return .unusable
    case .scalar(let scalar): return value(scalar).map(WrittenValue.value) ?? .unusable
    case .sequence(let nodes):
      guard let first = nodes.first else { return .emptyList }
      var values: [Value] = []
      var type: ValueType?
      for node in [first] + nodes.dropFirst() {
        guard case .scalar(let scalar) = try content(of: node), let value = value(scalar), value.type != .bool,
          type == nil || type == value.type
        else { return .unusable }
        type = value.type
        values.append(value)
      }
      return .value(.joined(values, of: (type ?? .string).array))
    }
  }

  private func value(_ scalar: YAMLScalar) -> Value? {
    // Where no truth is expected, `yes` and its like are texts.
    if let truth = scalar.truth, ["true", "false"].contains(scalar.text.lowercased()) { return .bool(truth) }
    if let integer = scalar.integer { return .int(integer) }
    if scalar.isFraction || scalar.isNull { return nil }
    return .string(Array(scalar.text.utf8))
  }

  private mutating func kill(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> KillEntry {
    let members = try members(
      of: node, "'kill'",
      keys: ["signal", "scope", "disable_container_disarmer", "disable_executable_disarmer"])
    return KillEntry(
      signal: try scalar(members["signal"], "signal"), scope: try scalar(members["scope"], "scope"),
      isContainerDisarmerOff: try truth(members["disable_container_disarmer"], "disable_container_disarmer"),
      isExecutableDisarmerOff: try truth(members["disable_executable_disarmer"], "disable_executable_disarmer"))
  }

  private mutating func hash(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> HashEntry {
    let members = try members(of: node, "'hash'", keys: ["field", "max_file_size"])
    return HashEntry(
      field: try scalar(members["field"], "field"), maxFileSize: try integer(members["max_file_size"], "max_file_size"))
  }

  private mutating func coredump(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> CoredumpEntry {
    let members = try members(of: node, "'coredump'", keys: ["process", "mount", "dentry", "no_compression"])
    return CoredumpEntry(
      includesProcess: try truth(members["process"], "process"), includesMount: try truth(members["mount"], "mount"),
      includesDentry: try truth(members["dentry"], "dentry"),
      isUncompressed: try truth(members["no_compression"], "no_compression"))
  }

  private mutating func networkFilter(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> NetworkFilterEntry {
    let members = try members(of: node, "'network_filter'", keys: ["filter", "policy", "scope"])
    return NetworkFilterEntry(
      filter: try scalar(members["filter"], "filter"), policy: try scalar(members["policy"], "policy"),
      scope: try scalar(members["scope"], "scope"))
  }

  private mutating func log(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> LogEntry {
    let members = try members(of: node, "'log'", keys: ["level", "message"])
    return LogEntry(level: try scalar(members["level"], "level"), message: try scalar(members["message"], "message"))
  }
}
