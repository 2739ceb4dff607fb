/* Settings of the postmaster. */
#ifndef _POSTMASTER_H
#define _POSTMASTER_H

#include "postgres.h"
#include "miscadmin.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT bool EnableSSL;
extern PGDLLIMPORT int SuperuserReservedConnections;
extern PGDLLIMPORT int ReservedConnections;
extern PGDLLIMPORT int PostPortNumber;
extern PGDLLIMPORT int Unix_socket_permissions;
extern PGDLLIMPORT char *Unix_socket_group;
extern PGDLLIMPORT char *Unix_socket_directories;
extern PGDLLIMPORT char *ListenAddresses;
extern PGDLLIMPORT bool ClientAuthInProgress;
extern PGDLLIMPORT int PreAuthDelay;
extern PGDLLIMPORT int AuthenticationTimeout;
extern PGDLLIMPORT bool Log_connections;
extern PGDLLIMPORT bool log_hostname;
extern PGDLLIMPORT bool enable_bonjour;
extern PGDLLIMPORT char *bonjour_name;
extern PGDLLIMPORT bool restart_after_crash;
extern PGDLLIMPORT bool remove_temp_files_after_crash;
extern PGDLLIMPORT bool send_abort_for_crash;
extern PGDLLIMPORT bool send_abort_for_kill;

#define POSTMASTER_FD_WATCH 0
#define POSTMASTER_FD_OWN 1

extern PGDLLIMPORT bool LoadedSSL;
extern void processCancelRequest(int backendPID, int32 cancelAuthCode);

#define MAX_BACKENDS 0x3FFFF

PGBGW_END_DECLS

#endif							/* _POSTMASTER_H */
