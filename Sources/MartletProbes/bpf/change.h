/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mkdir, rmdir, link, rename, unlink, chmod, chown, utimes, setxattr, removexattr: a file or its name was changed, or that
 * was refused.
 * Hook:    the entry of the calls, where the file still is what it was; their exit, where the result is known
 * Why:     the exit of an unlink has nothing left to look at, and that of a chmod only the new mode. The entry has a string
 *          that can still be changed: it finds where that leads (resolve.h), and the exit proves it by what the kernel did
 *          (late.h): the inode was touched by this very call, and the name is gone, or leads where it should. What is not
 *          proven stays marked as a claim. Where the inside of the calls is hooked (inside_change.h) the entry need not
 *          look, and the exit has nothing to prove
 * Checked: 6.1, 6.12, 6.18
 */
#ifndef MARTLET_CHANGE_H
#define MARTLET_CHANGE_H

#include "call.h"
#include "filter.h"
#include "place.h"

/* One call, its arguments brought to the same form. */
struct change {
	__u16 handler;          /* enum martlet_handler */
	__u16 time_bytes;       /* of a number in `times`, where one can stand for "leave it" */
	__u32 type;             /* enum martlet_record_type */
	__u32 mode, uid, gid, flags;
	struct place file, destination;
	const void *attribute;
	const void *times;
};

/* The ids of the old calls have 16 bits, where all ones still mean "as it is". */
static __always_inline __u32 id_of(__u64 argument, bool is_short)
{
	if (!is_short)
		return argument;
	return (__u16)argument == 0xffff ? ~0U : (__u16)argument;
}

/* Reads a call. As functions of their own, this and the like of io_uring keep their part of the stack to themselves. */
__noinline int change_read(struct change *out, __u64 regs)
{
	const void *first, *second, *fourth;
	bool is_short;
	struct call call;
	__u64 *args = call.args;

	if (!out)
		return 0;
	call_read(&call, as(pt_regs, regs));
	first = (const void *)args[0];
	second = (const void *)args[1];
	fourth = (const void *)args[3];
	out->handler = call.handler;
	is_short = call.handler >= MARTLET_HANDLER_CHOWN16 && call.handler <= MARTLET_HANDLER_FCHOWN16;
	out->file.directory = out->destination.directory = AT_FDCWD;
	out->file.path = first;
	switch (call.handler) {
	case MARTLET_HANDLER_MKDIR:
		out->type = MARTLET_RECORD_MKDIR;
		out->mode = args[1];
		break;
	case MARTLET_HANDLER_MKDIRAT:
		out->type = MARTLET_RECORD_MKDIR;
		out->file.directory = args[0];
		out->file.path = second;
		out->mode = args[2];
		break;
	case MARTLET_HANDLER_RMDIR:
		out->type = MARTLET_RECORD_RMDIR;
		break;
	case MARTLET_HANDLER_UNLINK:
		out->type = MARTLET_RECORD_UNLINK;
		break;
	case MARTLET_HANDLER_UNLINKAT:
		out->type = args[2] & AT_REMOVEDIR ? MARTLET_RECORD_RMDIR : MARTLET_RECORD_UNLINK;
		out->file.directory = args[0];
		out->file.path = second;
		out->flags = args[2];
		break;
	case MARTLET_HANDLER_LINK:
	case MARTLET_HANDLER_RENAME:
		out->type = call.handler == MARTLET_HANDLER_LINK ? MARTLET_RECORD_LINK : MARTLET_RECORD_RENAME;
		out->destination.path = second;
		break;
	case MARTLET_HANDLER_LINKAT:
	case MARTLET_HANDLER_RENAMEAT:
	case MARTLET_HANDLER_RENAMEAT2:
		out->type = call.handler == MARTLET_HANDLER_LINKAT ? MARTLET_RECORD_LINK : MARTLET_RECORD_RENAME;
		out->file.directory = args[0];
		out->file.path = second;
		out->destination.directory = args[2];
		out->destination.path = fourth;
		out->flags = call.handler == MARTLET_HANDLER_RENAMEAT ? 0 : args[4];
		out->file.follow = call.handler == MARTLET_HANDLER_LINKAT && args[4] & AT_SYMLINK_FOLLOW;
		break;
	case MARTLET_HANDLER_CHMOD:
	case MARTLET_HANDLER_FCHMOD:
		out->type = MARTLET_RECORD_CHMOD;
		out->mode = args[1];
		out->file.follow = true;
		break;
	case MARTLET_HANDLER_FCHMODAT:
	case MARTLET_HANDLER_FCHMODAT2:
		out->type = MARTLET_RECORD_CHMOD;
		out->file.directory = args[0];
		out->file.path = second;
		out->mode = args[2];
		out->flags = call.handler == MARTLET_HANDLER_FCHMODAT ? 0 : args[3];
		out->file.follow = !(out->flags & AT_SYMLINK_NOFOLLOW);
		break;
	case MARTLET_HANDLER_CHOWN:
	case MARTLET_HANDLER_LCHOWN:
	case MARTLET_HANDLER_FCHOWN:
	case MARTLET_HANDLER_CHOWN16:
	case MARTLET_HANDLER_LCHOWN16:
	case MARTLET_HANDLER_FCHOWN16:
		out->type = MARTLET_RECORD_CHOWN;
		out->uid = id_of(args[1], is_short);
		out->gid = id_of(args[2], is_short);
		out->file.follow = call.handler != MARTLET_HANDLER_LCHOWN && call.handler != MARTLET_HANDLER_LCHOWN16;
		break;
	case MARTLET_HANDLER_FCHOWNAT:
		out->type = MARTLET_RECORD_CHOWN;
		out->file.directory = args[0];
		out->file.path = second;
		out->uid = args[2];
		out->gid = args[3];
		out->flags = args[4];
		out->file.follow = !(args[4] & AT_SYMLINK_NOFOLLOW);
		break;
	case MARTLET_HANDLER_UTIME:
	case MARTLET_HANDLER_UTIMES:
		out->type = MARTLET_RECORD_UTIMES;
		out->file.follow = true;
		break;
	case MARTLET_HANDLER_FUTIMESAT:
		out->type = MARTLET_RECORD_UTIMES;
		out->file.directory = args[0];
		out->file.path = second;
		out->file.follow = true;
		break;
	case MARTLET_HANDLER_UTIMENSAT:
	case MARTLET_HANDLER_UTIMENSAT64:
		out->type = MARTLET_RECORD_UTIMES;
		out->file.directory = args[0];
		out->file.path = second;
		out->times = (const void *)args[2];
		out->time_bytes = call.compat && call.handler == MARTLET_HANDLER_UTIMENSAT ? 4 : 8;
		out->flags = args[3];
		out->file.follow = !(args[3] & AT_SYMLINK_NOFOLLOW);
		break;
	case MARTLET_HANDLER_SETXATTR:
	case MARTLET_HANDLER_LSETXATTR:
	case MARTLET_HANDLER_FSETXATTR:
		out->type = MARTLET_RECORD_SETXATTR;
		out->attribute = second;
		out->file.follow = call.handler == MARTLET_HANDLER_SETXATTR;
		break;
	case MARTLET_HANDLER_REMOVEXATTR:
	case MARTLET_HANDLER_LREMOVEXATTR:
	case MARTLET_HANDLER_FREMOVEXATTR:
		out->type = MARTLET_RECORD_REMOVEXATTR;
		out->attribute = second;
		out->file.follow = call.handler == MARTLET_HANDLER_REMOVEXATTR;
		break;
	case MARTLET_HANDLER_SETXATTRAT:
	case MARTLET_HANDLER_REMOVEXATTRAT:
		out->type = call.handler == MARTLET_HANDLER_SETXATTRAT ? MARTLET_RECORD_SETXATTR : MARTLET_RECORD_REMOVEXATTR;
		out->file.directory = args[0];
		out->file.path = second;
		out->attribute = fourth;
		out->flags = args[2];
		out->file.follow = !(args[2] & AT_SYMLINK_NOFOLLOW);
		break;
	}
	switch (call.handler) {
	case MARTLET_HANDLER_FCHMOD:
	case MARTLET_HANDLER_FCHOWN:
	case MARTLET_HANDLER_FCHOWN16:
	case MARTLET_HANDLER_FSETXATTR:
	case MARTLET_HANDLER_FREMOVEXATTR:
		out->file.directory = args[0];
		out->file.path = NULL;
		break;
	}
	return 0;
}

static __always_inline void arguments_write(struct martlet_change_record *record, struct change *change,
					    struct scratch *scratch)
{
	record->mode = change->mode;
	record->uid = change->uid;
	record->gid = change->gid;
	record->flags = change->flags;
	if (change->attribute)
		slice_user_string(scratch, &record->attribute, change->attribute, NAME_BYTES);
}

/* Notes the file that the entry or the inside found, while it is there, and what filters make of its names. */
static __always_inline void subject_note(struct parked *slot, __u64 mount, __u64 dentry, __u32 type)
{
	struct filter_event event = {
		.type = type,
		.mount = mount,
		.dentry = dentry,
		.gates = ~0ULL,
		.round = filtering.round,
	};

	slot->dentry = dentry;
	slot->mount = mount;
	slot->subject = (__u64)as(dentry, dentry)->d_inode;
	slot->round = event.round;
	slot->gates = filter_names_open(&event);
}

/* The same of the second name, which is enough as well: it is there when the call has ended. Without `dentry`, it may be any. */
static __always_inline void destination_note(struct parked *slot, __u64 mount, __u64 dentry, __u32 type)
{
	struct filter_event event = {
		.type = type,
		.mount = mount,
		.dentry = dentry,
		.gates = ~0ULL,
		.round = slot->round,
	};

	slot->gates |= dentry ? filter_names_open(&event) : ~0ULL;
}

/* Whether no rule can hold for the change. Its record is dropped then. */
static __always_inline bool change_filtered(struct scratch *scratch, struct parked *slot, __u32 type)
{
	struct martlet_change_record *record = (void *)scratch->bytes;
	struct filter_event event = { .type = type, .round = filtering.round };
	bool has_destination = type == MARTLET_RECORD_LINK || type == MARTLET_RECORD_RENAME;
	__u64 names = ~0ULL;

	if (slot && slot->round == event.round && !(has_destination && record->header.result))
		names = slot->gates;
	event.numbers[MARTLET_NUMBER_RESULT] = record->header.result;
	event.numbers[MARTLET_NUMBER_FLAGS] = record->flags;
	event.numbers[MARTLET_NUMBER_BEFORE] = record->file.mode;
	if (type == MARTLET_RECORD_CHOWN)
		event.numbers[MARTLET_NUMBER_ASKED] = record->uid == ~0U ? -1LL : record->uid;
	else
		event.numbers[MARTLET_NUMBER_ASKED] = record->mode;
	if (filter_admits_named(&event, names))
		return false;
	ledger_filter(type, scratch->envelope.cgroup);
	record_drop(scratch);
	return true;
}

/* Whether functions inside of calls tell the files of such changes. */
static __always_inline bool told_inside(__u32 type)
{
	return watch.inside & (1ULL << type);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(enter_change, struct pt_regs *regs, long number)
{
	struct task_struct *task = current_task();
	struct martlet_change_record *record;
	struct resolution found = {};
	struct change change = {};
	struct scratch *scratch;
	struct parked *slot;

	change_read(&change, address_of(regs));
	if (!wanted(change.type))
		return 0;
	scratch = record_prepare(sizeof(*record));
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	arguments_write(record, &change, scratch);
	if (told_inside(change.type)) {
		string_read(scratch, &record->user_path, &change.file);
		string_read(scratch, &record->user_destination, &change.destination);
	} else {
		if (change.destination.path)
			place_read(&found, scratch, &record->destination, &record->user_destination, task,
				   &change.destination);
		place_read(&found, scratch, &record->file, &record->user_path, task, &change.file);
	}
	slot = record_park(scratch, change.handler);
	if (slot)
		slot->type = change.type;
	if (slot && found.state == RESOLUTION_FOUND)
		subject_note(slot, found.mount, found.dentry, change.type);
	/* what a mkdir makes is missing, and the owner before a chown, which every event of a file has, would not be known */
	if (slot && found.state == RESOLUTION_MISSING && change.type != MARTLET_RECORD_MKDIR &&
	    change.type != MARTLET_RECORD_CHOWN) {
		slot->mount = found.mount;
		slot->directory = found.dentry;
		slot->name = found.name;
	}
	return 0;
}

/* Whether the call removed the name that its entry found. */
static __always_inline bool proven_gone(struct parked *slot)
{
	struct dentry *dentry;
	__u64 parent;

	if (!slot || !slot->subject)
		return false;
	dentry = as(dentry, slot->dentry);
	if ((__u64)dentry->d_inode == slot->subject && dentry->d_hash.pprev)
		return false;
	if (!slot->touches || touched(slot, slot->subject))
		return true;
	/* an overlay hides a file of a lower layer by a new one in the directory */
	parent = (__u64)dentry->d_parent->d_inode;
	return dentry->d_sb->s_magic == OVERLAYFS_MAGIC && touched(slot, parent);
}

/* utimes: the times that the inode has now, as far as the call set them. A function of its own keeps its part of the stack. */
static __noinline int new_times_read(struct martlet_change_record *record, struct inode *inode, struct change *change)
{
	__u32 access = 0, modification = 0; /* the lower half of either form of nanoseconds, each behind its seconds */

	record->times = MARTLET_CHANGE_ATIME | MARTLET_CHANGE_MTIME;
	if (change->times) {
		bpf_probe_read_user(&access, sizeof(access), change->times + change->time_bytes);
		bpf_probe_read_user(&modification, sizeof(modification), change->times + 3 * change->time_bytes);
	}
	if (access == UTIME_OMIT)
		record->times &= ~MARTLET_CHANGE_ATIME;
	if (modification == UTIME_OMIT)
		record->times &= ~MARTLET_CHANGE_MTIME;
	modification_time_read(&record->mtime_s, &record->mtime_ns, inode);
	access_time_read(&record->atime_s, &record->atime_ns, inode);
	return 0;
}

/* Where the kernel moved a file to. */
static __always_inline void moved_write(struct parked *slot)
{
	struct file_place place = {
		.mount = slot->mount,
		.dentry = slot->dentry,
		.offset = offsetof(struct martlet_change_record, destination),
	};

	file_write(&place);
}

/*
 * Completes the record of a call that succeeded: what exists only now, and what is proven. Paths of io_uring are the
 * kernel's own since the request was made: those need no proof.
 */
static __always_inline void change_finish(struct resolution *found, struct scratch *scratch, struct parked *slot,
					  struct change *change, struct task_struct *task, bool is_ring)
{
	struct martlet_change_record *record = (void *)scratch->bytes;
	bool is_new = change->type == MARTLET_RECORD_MKDIR;
	__u64 inode = 0;

	if (is_new || change->type == MARTLET_RECORD_LINK) {
		place_read(found, scratch, is_new ? &record->file : &record->destination,
			   is_new ? &record->user_path : &record->user_destination, task,
			   is_new ? &change->file : &change->destination);
		if (found->state == RESOLUTION_FOUND)
			inode = (__u64)as(dentry, found->dentry)->d_inode;
		if (!is_new)
			destination_note(slot, found->mount, inode ? found->dentry : 0, change->type);
	}
	switch (change->type) {
	case MARTLET_RECORD_MKDIR:
		if (inode && (is_ring || !slot->touches || touched(slot, inode)))
			record->file.flags &= ~MARTLET_FILE_CLAIMED;
		break;
	case MARTLET_RECORD_UNLINK:
	case MARTLET_RECORD_RMDIR:
		if (proven_gone(slot))
			record->file.flags &= ~MARTLET_FILE_CLAIMED;
		break;
	case MARTLET_RECORD_LINK:
		if (!is_ring && !proven(slot, &record->file))
			break;
		record->file.flags &= ~MARTLET_FILE_CLAIMED;
		if (inode == slot->subject)
			record->destination.flags &= ~MARTLET_FILE_CLAIMED;
		break;
	case MARTLET_RECORD_RENAME:
		/* the file's own dentry is now where the kernel moved it */
		if (!slot->subject || (!is_ring && !proven(slot, &record->file)) ||
		    (__u64)as(dentry, slot->dentry)->d_inode != slot->subject) {
			destination_note(slot, 0, 0, change->type);
			break;
		}
		destination_note(slot, slot->mount, slot->dentry, change->type);
		record->file.flags &= ~MARTLET_FILE_CLAIMED;
		moved_write(slot);
		break;
	default:
		if (is_ring || proven(slot, &record->file))
			record->file.flags &= ~MARTLET_FILE_CLAIMED;
	}
	if (change->type == MARTLET_RECORD_UTIMES && slot->subject)
		new_times_read(record, as(inode, slot->subject), change);
}

/*
 * The same where the kernel was seen to come to the file. Of a new name all but the inode is known. A function of its own, for
 * what it needs of the stack the program has not.
 */
static __noinline int change_finish_reached(struct martlet_change_record *record, struct parked *slot, struct change *change)
{
	struct inode *inode = as(inode, slot->subject);

	record->file.flags &= ~MARTLET_FILE_CLAIMED;
	if (record->header.result)
		return 0;
	if (change->type == MARTLET_RECORD_MKDIR)
		inode = as(dentry, slot->dentry)->d_inode;
	if (!inode)
		return 0; /* a file system that has the new directory under another entry, or it is gone again */
	if (change->type == MARTLET_RECORD_MKDIR)
		inode_read(&record->file, inode, inode->i_sb);
	else if (change->type == MARTLET_RECORD_LINK || change->type == MARTLET_RECORD_RENAME)
		inode_read(&record->destination, inode, inode->i_sb);
	else if (change->type == MARTLET_RECORD_UTIMES)
		new_times_read(record, inode, change);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_change, struct pt_regs *regs, long result)
{
	struct task_struct *task = current_task();
	struct parked *slot = parked_record();
	struct martlet_change_record *record;
	struct resolution found = {};
	struct change change = {};
	struct scratch *scratch;

	change_read(&change, address_of(regs));
	if (slot && slot->handler != change.handler)
		slot = NULL;
	if (slot)
		slot->handler = 0;
	if ((result && result != -EPERM && result != -EACCES) || !wanted(change.type))
		return 0;
	scratch = slot ? record_resume(slot, change.type, task, result) :
			 record_begin(change.type, sizeof(*record), task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	/* its beginning was not seen, or the caller's string was not in memory yet */
	if (!slot)
		arguments_write(record, &change, scratch);
	if (!(record->file.flags & MARTLET_FILE_PRESENT))
		place_read(&found, scratch, &record->file, &record->user_path, task, &change.file);
	if (slot && slot->is_reached)
		change_finish_reached(record, slot, &change);
	else if (slot && !record->header.result)
		change_finish(&found, scratch, slot, &change, task, false);
	if (!change_filtered(scratch, slot, change.type))
		record_submit(scratch);
	return 0;
}

#endif
