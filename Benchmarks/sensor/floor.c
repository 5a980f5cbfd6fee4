// Runs a command with a BPF program that returns at once at the exit of every system call, or at the tracepoints that are named:
// what the kernel charges for any program there, ours included.
//
//   floor [-t TRACEPOINT]... COMMAND [ARGUMENT...]
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int attach(const char *tracepoint)
{
	struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load, attach;
	int fd;

	memset(&load, 0, sizeof(load));
	load.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
	load.insns = (unsigned long)program;
	load.insn_cnt = sizeof(program) / sizeof(*program);
	load.license = (unsigned long)"Apache-2.0";
	fd = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
	memset(&attach, 0, sizeof(attach));
	attach.raw_tracepoint.name = (unsigned long)tracepoint;
	attach.raw_tracepoint.prog_fd = fd;
	fd = fd < 0 ? fd : syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attach, sizeof(attach));
	// The program stays as long as the descriptor is open. exec closes the one that the kernel made, but not its copy.
	if (fd < 0 || dup(fd) < 0) {
		perror(tracepoint);
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int option, count = 0;

	while ((option = getopt(argc, argv, "+t:")) == 't') {
		if (attach(optarg))
			return 1;
		count++;
	}
	if (option != -1 || optind == argc)
		return 2;
	if (!count && attach("sys_exit"))
		return 1;
	execvp(argv[optind], argv + optind);
	return 127;
}
