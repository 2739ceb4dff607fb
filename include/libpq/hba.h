/* How clients are let in. */
#ifndef HBA_H
#define HBA_H

#include "postgres.h"
#include "libpq/pqcomm.h"
#include "nodes/pg_list.h"

PGBGW_BEGIN_DECLS

typedef enum UserAuth
{
	uaReject,
	uaImplicitReject,
	uaTrust,
	uaIdent,
	uaPassword,
	uaMD5,
	uaSCRAM,
	uaGSS,
	uaSSPI,
	uaPAM,
	uaBSD,
	uaLDAP,
	uaCert,
	uaRADIUS,
	uaPeer,
} UserAuth;

typedef enum ClientCertMode
{
	clientCertOff,
	clientCertCA,
	clientCertFull,
} ClientCertMode;

typedef struct HbaLine HbaLine;

PGBGW_END_DECLS

#endif							/* HBA_H */
