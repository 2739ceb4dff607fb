/* No magic block; must not be opened at all. */
static __attribute__((constructor)) void
opened(void)
{
	__builtin_trap();
}
