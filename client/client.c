/* SPDX-License-Identifier: Apache-2.0 */
/* The header holds all of the client. Here is what keeps it to what the probes read. */
#include <CMartletABI.h>
#include <martlet_client.h>

#define SAME(ours, theirs) _Static_assert((ours) == (theirs), #ours " differs from " #theirs)
#define REQUEST struct martlet_client_request

SAME(MARTLET_CLIENT_COMMAND, MARTLET_REQUEST_COMMAND);
SAME(MARTLET_CLIENT_REPLY, MARTLET_REQUEST_REPLY);
SAME(MARTLET_CLIENT_SPANS, MARTLET_OPERATION_SPANS);
SAME(MARTLET_CLIENT_SESSION, MARTLET_OPERATION_SESSION);
SAME((int)MARTLET_CLIENT_K8S, (int)MARTLET_SESSION_K8S);
SAME(MARTLET_CLIENT_DATA, MARTLET_SESSION_DATA);
SAME(MARTLET_CLIENT_SESSION_MAX, MARTLET_SESSION_MAX);
SAME(SIGURG, MARTLET_REQUEST_SIGNAL);
SAME(sizeof(struct martlet_client_span), sizeof(struct martlet_span));
SAME(sizeof(REQUEST), MARTLET_REQUEST_BYTES);
SAME(offsetof(REQUEST, body.spans.max_threads), offsetof(struct martlet_spans_request, max_threads));
SAME(offsetof(REQUEST, body.spans.slots), offsetof(struct martlet_spans_request, slots));
SAME(offsetof(REQUEST, body.session.id), offsetof(struct martlet_session_request, id));
SAME(offsetof(REQUEST, body.session.cursor), offsetof(struct martlet_session_request, cursor));
SAME(offsetof(REQUEST, body.session.type), offsetof(struct martlet_session_request, session_type));
SAME(offsetof(REQUEST, body.session.data), offsetof(struct martlet_session_request, data));
