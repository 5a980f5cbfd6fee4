// Runs a command with a BPF program at the exit of every system call that returns at once: what the kernel charges for
// any program there, ours included.
//
//   floor COMMAND [ARGUMENT...]
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load, attach;
	int fd;

	if (argc < 2)
		return 2;
	memset(&load, 0, sizeof(load));
	load.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
	load.insns = (unsigned long)program;
	load.insn_cnt = sizeof(program) / sizeof(*program);
	load.license = (unsigned long)"Apache-2.0";
	fd = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
	memset(&attach, 0, sizeof(attach));
	attach.raw_tracepoint.name = (unsigned long)"sys_exit";
	attach.raw_tracepoint.prog_fd = fd;
	fd = fd < 0 ? fd : syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attach, sizeof(attach));
	// The program stays as long as the descriptor is open. exec closes the one that the kernel made, but not its copy.
	if (fd < 0 || dup(fd) < 0) {
		perror("attach a program to sys_exit");
		return 1;
	}
	execvp(argv[1], argv + 1);
	return 127;
}
