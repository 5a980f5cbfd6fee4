/// The compiled BPF objects that the build embedded, as clang wrote them: ELF files, one of each `bpf/NAME.bpf.c`.
package enum ProbeObject {}
