/*
 * What the release executable does without, so that it stays small (docs/decisions/0022-what-the-release-leaves-out.md).
 *
 * The parser of the command line can also run commands that are `async`; ours are not. These three are all that it takes
 * from the module for concurrency, which would bring its executor and libdispatch along: half a megabyte. Whoever uses
 * a task, an actor or ContinuousClock needs the real ones: the linker then finds these twice, and says so.
 */
#include <stdlib.h>

_Noreturn void swift_task_alloc(void) { abort(); }
_Noreturn void swift_task_dealloc(void) { abort(); }
_Noreturn void swift_task_switch(void) { abort(); }
