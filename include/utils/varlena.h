/* Lists of names in one string. */
#ifndef VARLENA_H
#define VARLENA_H

#include "nodes/pg_list.h"

PGBGW_BEGIN_DECLS

extern bool SplitIdentifierString(char *rawstring, char separator, List **namelist);
extern bool SplitDirectoriesString(char *rawstring, char separator, List **namelist);
extern bool SplitGUCList(char *rawstring, char separator, List **namelist);

/* What it costs to change one text into another; the second gives up above max_d. */
extern int	varstr_levenshtein(const char *source, int slen, const char *target, int tlen,
							   int ins_c, int del_c, int sub_c, bool trusted);
extern int	varstr_levenshtein_less_equal(const char *source, int slen,
										  const char *target, int tlen,
										  int ins_c, int del_c, int sub_c,
										  int max_d, bool trusted);

/* Which of some names somebody may have meant. */
typedef struct ClosestMatchState
{
	const char *source;
	int			min_d;
	int			max_d;
	const char *match;
} ClosestMatchState;

extern void initClosestMatch(ClosestMatchState *state, const char *source, int max_d);
extern void updateClosestMatch(ClosestMatchState *state, const char *candidate);
extern const char *getClosestMatch(ClosestMatchState *state);

PGBGW_END_DECLS

#endif							/* VARLENA_H */
