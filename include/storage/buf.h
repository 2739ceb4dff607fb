/* Numbers of shared buffers. */
#ifndef BUF_H
#define BUF_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef int Buffer;

#define InvalidBuffer 0

typedef struct BufferAccessStrategyData *BufferAccessStrategy;

#define BufferIsInvalid(buffer) ((buffer) == InvalidBuffer)
#define BufferIsLocal(buffer) ((buffer) < 0)

PGBGW_END_DECLS

#endif							/* BUF_H */
