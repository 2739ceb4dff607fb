/* Lists of names in one string. */
#ifndef VARLENA_H
#define VARLENA_H

#include "nodes/pg_list.h"

PGBGW_BEGIN_DECLS

extern bool SplitIdentifierString(char *rawstring, char separator, List **namelist);
extern bool SplitDirectoriesString(char *rawstring, char separator, List **namelist);
extern bool SplitGUCList(char *rawstring, char separator, List **namelist);

PGBGW_END_DECLS

#endif							/* VARLENA_H */
