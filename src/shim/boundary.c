/*
 * boundary.c - the two directions in which an error crosses between Rust and extensions.
 *
 * An ERROR is a siglongjmp to *PG_exception_stack. Every frame that a jump may skip owns nothing:
 * src/error/boundary.rs and guard.rs keep it so on the Rust side.
 */
#include "shim.h"

/*
 * Call call(arg), which enters extension code. Returns 0 when it returned, 1 when it ended in a
 * jump; both global stacks are as before either way.
 */
int
pgbgw_shim_guard(void (*call) (void *), void *arg)
{
	sigjmp_buf	here;
	sigjmp_buf *const outer = PG_exception_stack;
	void	   *const outer_context = error_context_stack;
	int			jumped = sigsetjmp(here, 0);

	if (jumped == 0)
	{
		PG_exception_stack = &here;
		call(arg);
	}
	PG_exception_stack = outer;
	error_context_stack = outer_context;
	return jumped != 0;
}

/* The caller has checked that PG_exception_stack is not NULL and owns nothing. */
_Noreturn void
pgbgw_shim_jump(void)
{
	siglongjmp(*PG_exception_stack, 1);
}
