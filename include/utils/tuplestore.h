/* Rows kept for later, on disk if there are many. */
#ifndef TUPLESTORE_H
#define TUPLESTORE_H

#include "postgres.h"
#include "executor/tuptable.h"

PGBGW_BEGIN_DECLS

typedef struct Tuplestorestate Tuplestorestate;

extern Tuplestorestate *tuplestore_begin_heap(bool randomAccess, bool interXact, int maxKBytes);
extern void tuplestore_set_eflags(Tuplestorestate *state, int eflags);
extern void tuplestore_puttupleslot(Tuplestorestate *state, TupleTableSlot *slot);
extern void tuplestore_puttuple(Tuplestorestate *state, HeapTuple tuple);
extern void tuplestore_putvalues(Tuplestorestate *state, TupleDesc tdesc, const Datum *values,
								 const bool *isnull);
extern int	tuplestore_alloc_read_pointer(Tuplestorestate *state, int eflags);
extern void tuplestore_select_read_pointer(Tuplestorestate *state, int ptr);
extern void tuplestore_copy_read_pointer(Tuplestorestate *state, int srcptr, int destptr);
extern void tuplestore_trim(Tuplestorestate *state);
extern bool tuplestore_in_memory(Tuplestorestate *state);
extern bool tuplestore_gettupleslot(Tuplestorestate *state, bool forward, bool copy,
									TupleTableSlot *slot);
extern bool tuplestore_advance(Tuplestorestate *state, bool forward);
extern bool tuplestore_skiptuples(Tuplestorestate *state, int64 ntuples, bool forward);
extern int64 tuplestore_tuple_count(Tuplestorestate *state);
extern bool tuplestore_ateof(Tuplestorestate *state);
extern void tuplestore_rescan(Tuplestorestate *state);
extern void tuplestore_clear(Tuplestorestate *state);
extern void tuplestore_end(Tuplestorestate *state);

PGBGW_END_DECLS

#endif							/* TUPLESTORE_H */
