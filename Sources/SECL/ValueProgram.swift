/// An expression of any type that is compiled and ready to be asked for its value.
public struct ValueProgram: Sendable {
  /// The type of its values.
  public let type: ValueType
  let program: Program

  /// The fields that it reads, in the order of their first use.
  public var fields: [Field] { program.fields }

  /// The value in `context`. A text that goes by several names has the first of them.
  public func value(in context: some EvaluationContext) -> Value {
    let value = program.value(in: context)
    guard value.type != type else { return value }
    if type.isArray { return .joined([value], of: type) }
    return value.element(0) ?? type.zero
  }

  fileprivate init(_ program: Program, type: ValueType) {
    self.program = program
    self.type = type
  }
}

extension Scope {
  /// The program of an expression that may be of any type, such as the value of a variable.
  public func compile(value text: String) throws(CompilationError) -> ValueProgram {
    let syntax: Syntax
    do { syntax = try Parser.macro(text) } catch { throw CompilationError(diagnostics: [error]) }
    var compiler = Compiler(scope: self, syntax: syntax)
    let operand = compiler.compile()
    let type: ValueType? =
      switch operand?.content {
      case .typed(let type): type
      case .texts: .strings
      case .networks: .ips
      case nil: nil
      }
    let program = try compiler.program(operand, eventType: nil)
    return ValueProgram(program, type: type ?? .bool)
  }
}

extension Value {
  /// What it is a value of.
  public var type: ValueType {
    switch self {
    case .bool: .bool
    case .int: .int
    case .string: .string
    case .ip: .ip
    case .bools: .bools
    case .ints: .ints
    case .strings: .strings
    case .ips: .ips
    }
  }
}
