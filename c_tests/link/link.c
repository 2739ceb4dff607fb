/*
 * link.c - take the address of every exported name, as a program that links the library.
 *
 * names.h is made from src/exports/symbols.tsv: FUNCTION(name) and DATA(name), one a line. Prints
 * "name library size" of each: the library it was found in and the size of its symbol.
 */
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTION(name) extern void name(void);
#define DATA(name) extern char name[];
#include "names.h"
#undef FUNCTION
#undef DATA

static const struct
{
	const char *name;
	void	   *address;
}			names[] = {
#define FUNCTION(name) {#name, (void *) name},
#define DATA(name) {#name, (void *) name},
#include "names.h"
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		Dl_info		info;
		ElfW(Sym) *symbol = NULL;
		const char *slash;

		if (dladdr1(names[i].address, &info, (void **) &symbol, RTLD_DL_SYMENT) == 0)
		{
			printf("%s has no library\n", names[i].name);
			return EXIT_FAILURE;
		}
		slash = strrchr(info.dli_fname, '/');
		printf("%s %s %lu\n", names[i].name, slash ? slash + 1 : info.dli_fname,
			   symbol ? (unsigned long) symbol->st_size : 0UL);
	}
	return EXIT_SUCCESS;
}
