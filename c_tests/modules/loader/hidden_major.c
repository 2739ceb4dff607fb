/* Compiled for another major version, which only calling the function tells. */
#define MAGIC_VERSION 1800
#define Pg_magic_func real_magic_func
#include "prelude.h"

PG_MODULE_MAGIC;

#undef Pg_magic_func
const Pg_magic_struct *(*volatile indirect) (void) = real_magic_func;
const Pg_magic_struct *Pg_magic_func(void);

const Pg_magic_struct *
Pg_magic_func(void)
{
	return indirect();
}

void
_PG_init(void)
{
	__builtin_trap();
}
