/* The little of PostgreSQL's headers that the loader's test modules need. */
#include <stdbool.h>

#ifndef MAGIC_VERSION
#define MAGIC_VERSION 1700
#endif

#define LOG 15
#define ERROR 21

typedef struct
{
	int			len;
	int			version;
	int			funcmaxargs;
	int			indexmaxkeys;
	int			namedatalen;
	int			float8byval;
	char		abi_extra[32];
} Pg_magic_struct;

#define PG_MODULE_MAGIC \
	const Pg_magic_struct *Pg_magic_func(void); \
	const Pg_magic_struct *Pg_magic_func(void) \
	{ \
		static const Pg_magic_struct data = { \
			sizeof(Pg_magic_struct), MAGIC_VERSION, 100, 32, 64, 1, "PostgreSQL" \
		}; \
		return &data; \
	} \
	extern int	not_a_function

extern bool errstart(int elevel, const char *domain);
extern int	errmsg(const char *fmt,...);
extern void errfinish(const char *filename, int lineno, const char *funcname);

#define ereport(elevel, rest) \
	do { if (errstart(elevel, 0)) { rest; errfinish(__FILE__, __LINE__, __func__); } } while (0)

void		_PG_init(void);
