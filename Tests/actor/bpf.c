/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <linux/bpf.h>
#include <sched.h>

static union bpf_attr *cleared(union bpf_attr *attribute)
{
	memset(attribute, 0, sizeof(*attribute));
	return attribute;
}

static long bpf(int command, union bpf_attr *attribute)
{
	return syscall(SYS_bpf, command, attribute, sizeof(*attribute));
}

static int make_map(void)
{
	union bpf_attr attribute;

	cleared(&attribute)->map_type = BPF_MAP_TYPE_ARRAY;
	attribute.key_size = 4;
	attribute.value_size = 8;
	attribute.max_entries = 2;
	strcpy(attribute.map_name, "actor_map");
	return must("BPF_MAP_CREATE", bpf(BPF_MAP_CREATE, &attribute));
}

/* Calls three helpers: bpf_get_prandom_u32 (7), twice bpf_ktime_get_ns (5), bpf_ktime_get_coarse_ns (160). */
static const struct bpf_insn instructions[] = {
	{ .code = BPF_JMP | BPF_CALL, .imm = 7 },
	{ .code = BPF_JMP | BPF_CALL, .imm = 5 },
	{ .code = BPF_JMP | BPF_CALL, .imm = 5 },
	{ .code = BPF_JMP | BPF_CALL, .imm = 160 },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static void load_attribute(union bpf_attr *attribute, int type, int attach_type)
{
	cleared(attribute)->prog_type = type;
	attribute->expected_attach_type = attach_type;
	attribute->insn_cnt = sizeof(instructions) / sizeof(*instructions);
	attribute->insns = (uintptr_t)instructions;
	attribute->license = (uintptr_t) "GPL";
	strcpy(attribute->prog_name, "actor_prog");
}

static int load(int type, int attach_type)
{
	union bpf_attr attribute;

	load_attribute(&attribute, type, attach_type);
	return must("BPF_PROG_LOAD", bpf(BPF_PROG_LOAD, &attribute));
}

/* A map: made, written, read where there is something and where there is nothing, in a batch, frozen. */
static int maps(int argc, char **argv)
{
	__u32 key = 1, missing = 9, keys[2], count = 2;
	__u64 value = 5, values[2];
	union bpf_attr attribute;
	int map = make_map();

	(void)argc, (void)argv;
	cleared(&attribute)->map_fd = map;
	attribute.key = (uintptr_t)&key;
	attribute.value = (uintptr_t)&value;
	must("BPF_MAP_UPDATE_ELEM", bpf(BPF_MAP_UPDATE_ELEM, &attribute));
	must("BPF_MAP_LOOKUP_ELEM", bpf(BPF_MAP_LOOKUP_ELEM, &attribute));
	attribute.key = (uintptr_t)&missing;
	tell("missing", bpf(BPF_MAP_LOOKUP_ELEM, &attribute) ? errno : 0);
	cleared(&attribute)->batch.map_fd = map;
	attribute.batch.out_batch = (uintptr_t)&key;
	attribute.batch.keys = (uintptr_t)keys;
	attribute.batch.values = (uintptr_t)values;
	attribute.batch.count = count;
	tell("batch", bpf(BPF_MAP_LOOKUP_BATCH, &attribute) ? errno : 0);
	cleared(&attribute)->map_fd = map;
	must("BPF_MAP_FREEZE", bpf(BPF_MAP_FREEZE, &attribute));
	return 0;
}

/*
 * Programs: loaded, asked about, run, bound to a map, fetched by id; one that network namespaces take is attached to one
 * of the actor's own and detached, and one linked to it and replaced. Tells the first one's tag.
 */
static int programs(int argc, char **argv)
{
	struct bpf_prog_info information = { 0 };
	union bpf_attr attribute;
	char packet[64] = { 0 };
	int filter = load(BPF_PROG_TYPE_SOCKET_FILTER, 0);

	(void)argc, (void)argv;
	must("unshare", unshare(CLONE_NEWNET));
	cleared(&attribute)->info.bpf_fd = filter;
	attribute.info.info_len = sizeof(information);
	attribute.info.info = (uintptr_t)&information;
	must("BPF_OBJ_GET_INFO_BY_FD", bpf(BPF_OBJ_GET_INFO_BY_FD, &attribute));
	for (int i = 0; i < 8; i++)
		tell("tag", information.tag[i]);
	cleared(&attribute)->test.prog_fd = filter;
	attribute.test.data_in = (uintptr_t)packet;
	attribute.test.data_size_in = sizeof(packet);
	must("BPF_PROG_TEST_RUN", bpf(BPF_PROG_TEST_RUN, &attribute));
	cleared(&attribute)->prog_bind_map.prog_fd = filter;
	attribute.prog_bind_map.map_fd = make_map();
	must("BPF_PROG_BIND_MAP", bpf(BPF_PROG_BIND_MAP, &attribute));
	cleared(&attribute)->prog_id = information.id;
	must("BPF_PROG_GET_FD_BY_ID", bpf(BPF_PROG_GET_FD_BY_ID, &attribute));

	int dissector = load(BPF_PROG_TYPE_FLOW_DISSECTOR, 0);
	cleared(&attribute)->attach_bpf_fd = dissector;
	attribute.attach_type = BPF_FLOW_DISSECTOR;
	must("BPF_PROG_ATTACH", bpf(BPF_PROG_ATTACH, &attribute));
	must("BPF_PROG_DETACH", bpf(BPF_PROG_DETACH, &attribute));

	int lookup = load(BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP), other = load(BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP);
	cleared(&attribute)->link_create.prog_fd = lookup;
	attribute.link_create.target_fd = must("open", open("/proc/self/ns/net", O_RDONLY));
	attribute.link_create.attach_type = BPF_SK_LOOKUP;
	int link = must("BPF_LINK_CREATE", bpf(BPF_LINK_CREATE, &attribute));
	cleared(&attribute)->link_update.link_fd = link;
	attribute.link_update.new_prog_fd = other;
	must("BPF_LINK_UPDATE", bpf(BPF_LINK_UPDATE, &attribute));
	return 0;
}

/* Loads a program that calls a helper, whose first argument is a number or the program's context. */
static void load_meddling(const char *name, int type, int helper, int takes_context)
{
	struct bpf_insn calls[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | (takes_context ? BPF_X : BPF_K), .dst_reg = 1, .src_reg = takes_context,
		  .imm = takes_context ? 0 : SIGKILL },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = 8 },
		{ .code = BPF_JMP | BPF_CALL, .imm = helper },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attribute;

	load_attribute(&attribute, type, 0);
	attribute.insns = (uintptr_t)calls;
	attribute.insn_cnt = sizeof(calls) / sizeof(*calls);
	tell(name, bpf(BPF_PROG_LOAD, &attribute) < 0 ? errno : 0);
}

/*
 * Programs that could change what others see or do, loaded and not attached: they would signal whom they meet
 * (bpf_send_signal, 109), write to its memory (bpf_probe_write_user, 36), have its calls fail (bpf_override_return, 58).
 * Tells the errno of each.
 */
static int meddling(int argc, char **argv)
{
	(void)argc, (void)argv;
	load_meddling("signals", BPF_PROG_TYPE_RAW_TRACEPOINT, 109, 0);
	load_meddling("writes", BPF_PROG_TYPE_RAW_TRACEPOINT, 36, 0);
	load_meddling("overrides", BPF_PROG_TYPE_KPROBE, 58, 1);
	return 0;
}

/* What fails: an unknown command, a program without instructions, a file in the place of a map, all as nobody. */
static int failing(int argc, char **argv)
{
	union bpf_attr attribute;
	int file = must("open", open(self, O_RDONLY));
	struct bpf_insn no_exit = { .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 };

	(void)argc, (void)argv;
	tell("unknown", bpf(999, cleared(&attribute)) ? errno : 0);
	load_attribute(&attribute, BPF_PROG_TYPE_SOCKET_FILTER, 0);
	attribute.insns = (uintptr_t)&no_exit;
	attribute.insn_cnt = 1;
	tell("verifier", bpf(BPF_PROG_LOAD, &attribute) ? errno : 0);
	cleared(&attribute)->map_fd = file;
	tell("file", bpf(BPF_MAP_FREEZE, &attribute) ? errno : 0);
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	load_attribute(&attribute, BPF_PROG_TYPE_KPROBE, 0);
	tell("refused", bpf(BPF_PROG_LOAD, &attribute) ? errno : 0);
	return 0;
}

const struct actor bpf_actors[] = {
	{ "bpf-maps", maps, 0 },
	{ "bpf-programs", programs, 0 },
	{ "bpf-meddling", meddling, 0 },
	{ "bpf-failing", failing, 0 },
	{ 0 },
};
