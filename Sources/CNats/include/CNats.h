/* The client of NATS and its JetStream. */
#ifndef CNATS_H
#define CNATS_H

#include <nats/nats.h>

#endif
