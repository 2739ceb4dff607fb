/* The protocol between client and server. */
#ifndef PQCOMM_H
#define PQCOMM_H

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "postgres.h"
#include "libpq/protocol.h"
#include "port.h"

PGBGW_BEGIN_DECLS

#define PG_PROTOCOL(m, n) (((m) << 16) | (n))
#define PG_PROTOCOL_MAJOR(v) ((v) >> 16)
#define PG_PROTOCOL_MINOR(v) ((v) & 0xffff)
#define PG_PROTOCOL_EARLIEST PG_PROTOCOL(3, 0)
#define PG_PROTOCOL_LATEST PG_PROTOCOL(3, 0)
#define CANCEL_REQUEST_CODE PG_PROTOCOL(1234, 5678)
#define NEGOTIATE_SSL_CODE PG_PROTOCOL(1234, 5679)
#define NEGOTIATE_GSS_CODE PG_PROTOCOL(1234, 5680)

typedef struct
{
	struct sockaddr_storage addr;
	socklen_t	salen;
} SockAddr;

typedef struct
{
	int			family;
	SockAddr	addr;
} AddrInfo;

#define UNIXSOCK_PATH_BUFLEN sizeof(((struct sockaddr_un *) NULL)->sun_path)

typedef uint32 ProtocolVersion;
typedef ProtocolVersion MsgType;
typedef uint32 PacketLen;

#define MAX_STARTUP_PACKET_LENGTH 10000

typedef uint32 AuthRequest;

typedef struct CancelRequestPacket
{
	MsgType		cancelRequestCode;
	uint32		backendPID;
	uint32		cancelAuthCode;
} CancelRequestPacket;

#define PG_ALPN_PROTOCOL "postgresql"

#define UNIXSOCK_PATH(path, port, sockdir) \
	snprintf(path, sizeof(path), "%s/.s.PGSQL.%d", (sockdir), (port))

/* A path, or a name in the abstract namespace. */
static inline bool
is_unixsock_path(const char *path)
{
	return path[0] == '@' || is_absolute_path(path);
}

PGBGW_END_DECLS

#endif							/* PQCOMM_H */
