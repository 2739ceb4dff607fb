/* State of the parser, of which hooks get a pointer. */
#ifndef PARSE_NODE_H
#define PARSE_NODE_H

#include "postgres.h"
#include "nodes/parsenodes.h"
#include "utils/queryenvironment.h"
#include "utils/relcache.h"

PGBGW_BEGIN_DECLS

typedef struct ParseState ParseState;

PGBGW_END_DECLS

#endif							/* PARSE_NODE_H */
