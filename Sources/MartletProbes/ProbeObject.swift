/// The compiled BPF objects: ELF files, as clang wrote them.
package enum ProbeObject {}
