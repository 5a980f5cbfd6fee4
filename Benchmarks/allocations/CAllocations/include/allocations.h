/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Heap blocks that this program has asked for since it started. */
unsigned long allocations(void);
