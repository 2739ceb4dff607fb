/* The address of a client. */
#ifndef PQCOMM_H
#define PQCOMM_H

#include <sys/socket.h>

typedef struct
{
	struct sockaddr_storage addr;
	socklen_t	salen;
} SockAddr;

#endif							/* PQCOMM_H */
