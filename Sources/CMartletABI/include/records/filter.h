/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel side knows of the rules: which events of a type no rule can hold for. MartletModel/EventFilter.swift
 * says what it means, and is how it is made.
 */
#ifndef MARTLET_RECORD_FILTER_H
#define MARTLET_RECORD_FILTER_H

#include <linux/types.h>

#define MARTLET_FILTER_TESTS 32   /* of one type */
#define MARTLET_FILTER_NAME 60    /* bytes of a name that are compared, its NUL among them */

/* What a test of a number is about; what that is in an event of a type, the type's probe tells. */
enum martlet_filter_number {
	MARTLET_NUMBER_RESULT = 0,
	MARTLET_NUMBER_FLAGS = 1,
	MARTLET_NUMBER_ASKED = 2,
	MARTLET_NUMBER_BEFORE = 3,
	MARTLET_NUMBERS = 4,
};

struct martlet_filter_test {
	__u64 mask;
	__s64 least;      /* the number under the mask lies between these two, both included, */
	__s64 greatest;
	__u64 residues;   /* and bit r is set, if r is the number modulo 64 */
	__u64 gates;      /* which are closed where the test fails */
	__u32 number;     /* enum martlet_filter_number */
	__u32 inverted;   /* it fails where it would hold */
};

struct martlet_filter {
	__u64 gates;        /* all that there are; an event that leaves none open is filtered */
	__u64 unnamed;      /* those that ask for no name */
	__u64 leaves;       /* those that a name of the file opens, of its directory, and of directories above it */
	__u64 parents;
	__u64 directories;
	__u32 leaf_node;    /* under which nodes those names are found */
	__u32 parent_node;
	__u32 root_node;
	__u32 is_on;        /* 0: all events of the type are wanted */
	__u64 count;        /* of the tests */
	struct martlet_filter_test tests[MARTLET_FILTER_TESTS];
};

/* A name under a node: the names of all files, of all directories, or those in one directory. */
struct martlet_filter_name {
	__u32 node;
	char name[MARTLET_FILTER_NAME];
};

struct martlet_filter_entry {
	__u64 gates;   /* that it opens: of a directory, to whatever lies below it */
	__u32 node;    /* of the directory; 0: nothing below it is asked for */
	__u32 reserved;
};

/* The last bit tells which of the two sets of filters is in use: the other one can be written meanwhile. */
struct martlet_filtering {
	__u32 round;
};

#endif
