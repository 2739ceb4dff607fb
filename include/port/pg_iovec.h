/* Several buffers at once. */
#ifndef PG_IOVEC_H
#define PG_IOVEC_H

#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

#include "c.h"

/* As many as there is room for on the stack. */
#define PG_IOV_MAX Min(IOV_MAX, 32)

static inline ssize_t
pg_preadv(int fd, const struct iovec *iov, int iovcnt, off_t offset)
{
	return preadv(fd, iov, iovcnt, offset);
}

static inline ssize_t
pg_pwritev(int fd, const struct iovec *iov, int iovcnt, off_t offset)
{
	return pwritev(fd, iov, iovcnt, offset);
}

#endif							/* PG_IOVEC_H */
