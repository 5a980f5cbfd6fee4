extension Activity {
  /// A parameter of the kernel was read or written.
  package struct Sysctl {
    /// A text of the kernel's, which may be a beginning.
    package struct Text {
      package var text: String
      package var isCut: Bool

      package init(_ text: String, isCut: Bool = false) {
        self.text = text
        self.isCut = isCut
      }
    }

    package var isWrite: Bool
    /// `kernel/core_pattern`
    package var name: Text
    /// What was read or written, without the line feed at its end.
    package var value: Text
    /// What a written parameter held before; `""` of one that was read.
    package var oldValue: Text
    /// Offset in its file.
    package var position: UInt32

    package init(isWrite: Bool, name: Text, value: Text, oldValue: Text = Text(""), position: UInt32 = 0) {
      self.isWrite = isWrite
      self.name = name
      self.value = value
      self.oldValue = oldValue
      self.position = position
    }

    /// Its file, where procfs has its usual place. Nobody looked at it: the kernel has the parameter, and no path.
    package var file: FileIdentity {
      var file = FileIdentity()
      file.path = "/proc/sys/" + name.text
      file.name = FileIdentity.name(path: file.path)
      file.filesystem = "proc"
      return file
    }
  }
}
