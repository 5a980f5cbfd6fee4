extension EventFields {
  static let ondemand = EventFields(
    "ondemand", "A hook that a rule asked for was reached.",
    [
      .string("ondemand.arg1.str", "Argument 1, read as a text."),
      .int("ondemand.arg1.uint", "Argument 1, read as a number."),
      .string("ondemand.arg2.str", "Argument 2, read as a text."),
      .int("ondemand.arg2.uint", "Argument 2, read as a number."),
      .string("ondemand.arg3.str", "Argument 3, read as a text."),
      .int("ondemand.arg3.uint", "Argument 3, read as a number."),
      .string("ondemand.arg4.str", "Argument 4, read as a text."),
      .int("ondemand.arg4.uint", "Argument 4, read as a number."),
      .string("ondemand.arg5.str", "Argument 5, read as a text."),
      .int("ondemand.arg5.uint", "Argument 5, read as a number."),
      .string("ondemand.arg6.str", "Argument 6, read as a text."),
      .int("ondemand.arg6.uint", "Argument 6, read as a number."),
      .string("ondemand.name", "The hook: a function of the kernel, or `syscall:` and a system call.", .singleLiteral),
    ])
}
