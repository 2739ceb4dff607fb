/* Values of any type. */
#ifndef DATUM_H
#define DATUM_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern Size datumGetSize(Datum value, bool typByVal, int typLen);
extern Datum datumCopy(Datum value, bool typByVal, int typLen);
extern Datum datumTransfer(Datum value, bool typByVal, int typLen);
extern bool datumIsEqual(Datum value1, Datum value2, bool typByVal, int typLen);
extern bool datum_image_eq(Datum value1, Datum value2, bool typByVal, int typLen);
extern uint32 datum_image_hash(Datum value, bool typByVal, int typLen);
extern Size datumEstimateSpace(Datum value, bool isnull, bool typByVal, int typLen);
extern void datumSerialize(Datum value, bool isnull, bool typByVal, int typLen,
						   char **start_address);
extern Datum datumRestore(char **start_address, bool *isnull);

PGBGW_END_DECLS

#endif							/* DATUM_H */
