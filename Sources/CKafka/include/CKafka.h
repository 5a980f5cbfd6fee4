/* librdkafka, and how we produce with it. */
#ifndef CKAFKA_H
#define CKAFKA_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stddef.h>
#include <stdint.h>

/* Called for each message once its fate is known, from rd_kafka_poll or rd_kafka_flush. */
typedef void (*ckafka_report)(void *context, uint64_t number, rd_kafka_resp_err_t error);

/* Has `report` called with `context`, which rd_kafka_new's caller sets as the configuration's opaque. */
void ckafka_set_report(rd_kafka_conf_t *configuration, ckafka_report report, void *context);

/*
 * Queues a message with a header that names the event. `number` comes back in the report. The bytes are copied; the key
 * may be null.
 */
rd_kafka_resp_err_t ckafka_produce(rd_kafka_t *producer, const char *topic, const char *key, const char *id,
				   const void *bytes, size_t size, uint64_t number);

#endif
