/* Compiled for another major version; must not be opened at all. */
#define MAGIC_VERSION 1500
#include "prelude.h"

PG_MODULE_MAGIC;

static __attribute__((constructor)) void
opened(void)
{
	__builtin_trap();
}
