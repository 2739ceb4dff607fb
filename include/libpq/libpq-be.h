/* Connections of clients. A worker has none. */
#ifndef LIBPQ_BE_H
#define LIBPQ_BE_H

#include <sys/time.h>
#include <netinet/tcp.h>

#include "postgres.h"
#include "datatype/timestamp.h"
#include "libpq/hba.h"
#include "libpq/pqcomm.h"
#include "nodes/pg_list.h"

PGBGW_BEGIN_DECLS

typedef struct ClientConnectionInfo
{
	const char *authn_id;
	UserAuth	auth_method;
} ClientConnectionInfo;

typedef struct Port
{
	pgsocket	sock;
	bool		noblock;
	ProtocolVersion proto;
	SockAddr	laddr;
	SockAddr	raddr;
	char	   *remote_host;
	char	   *remote_hostname;
	int			remote_hostname_resolv;
	int			remote_hostname_errcode;
	char	   *remote_port;
	char	   *database_name;
	char	   *user_name;
	char	   *cmdline_options;
	List	   *guc_options;
	char	   *application_name;
	HbaLine    *hba;
	int			default_keepalives_idle;
	int			default_keepalives_interval;
	int			default_keepalives_count;
	int			default_tcp_user_timeout;
	int			keepalives_idle;
	int			keepalives_interval;
	int			keepalives_count;
	int			tcp_user_timeout;
	void	   *gss;
	bool		ssl_in_use;
	char	   *peer_cn;
	char	   *peer_dn;
	bool		peer_cert_valid;
	bool		alpn_used;
	void	   *ssl;
	void	   *peer;
	char	   *raw_buf;
	ssize_t		raw_buf_consumed,
				raw_buf_remaining;
} Port;

typedef struct ClientSocket
{
	pgsocket	sock;
	SockAddr	raddr;
} ClientSocket;

extern PGDLLIMPORT ProtocolVersion FrontendProtocol;
extern PGDLLIMPORT ClientConnectionInfo MyClientConnectionInfo;
extern int	pq_getkeepalivesidle(Port *port);
extern int	pq_getkeepalivesinterval(Port *port);
extern int	pq_getkeepalivescount(Port *port);
extern int	pq_gettcpusertimeout(Port *port);
extern int	pq_setkeepalivesidle(int idle, Port *port);
extern int	pq_setkeepalivesinterval(int interval, Port *port);
extern int	pq_setkeepalivescount(int count, Port *port);
extern int	pq_settcpusertimeout(int timeout, Port *port);

PGBGW_END_DECLS

#endif							/* LIBPQ_BE_H */
