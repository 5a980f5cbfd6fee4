import MartletContext
import MartletModel

/// The bytes as each of the files that container runtimes keep, and as what is told of such a file.
func readContainers(_ bytes: RawSpan) {
  let text = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  let facts = [
    ContainerFacts(docker: text), ContainerFacts(storage: text, id: "a"), ContainerFacts(bundle: text, modified: nil),
    ContainerFacts(runtime: text), ContainerFacts(machine: text), ContainerFacts(answer: text),
  ]
  for facts in facts {
    guard let facts else { continue }
    let answer = facts.answer
    precondition(ContainerFacts(answer: answer)?.answer == answer)
  }
}
