#include "CKafka.h"

#include <stdlib.h>
#include <string.h>

struct reporting {
	ckafka_report report;
	void *context;
};

static void delivered(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
	const struct reporting *reporting = opaque;

	(void)producer;
	reporting->report(reporting->context, (uint64_t)(uintptr_t)message->_private, message->err);
}

void ckafka_set_report(rd_kafka_conf_t *configuration, ckafka_report report, void *context)
{
	/* One for each producer, of which a process makes few. */
	struct reporting *reporting = malloc(sizeof(*reporting));

	if (!reporting)
		abort();
	reporting->report = report;
	reporting->context = context;
	rd_kafka_conf_set_opaque(configuration, reporting);
	rd_kafka_conf_set_dr_msg_cb(configuration, delivered);
}

rd_kafka_resp_err_t ckafka_produce(rd_kafka_t *producer, const char *topic, const char *key, const char *id,
				   const void *bytes, size_t size, uint64_t number)
{
	return rd_kafka_producev(
		producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
		RD_KAFKA_V_KEY(key, key ? strlen(key) : 0), RD_KAFKA_V_VALUE((void *)bytes, size),
		RD_KAFKA_V_HEADER("martlet-id", id, -1), RD_KAFKA_V_OPAQUE((void *)(uintptr_t)number),
		RD_KAFKA_V_END);
}
