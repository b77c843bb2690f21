"""Why the collector refuses: the words that travel in a refusal's trailing metadata, for both ends."""

from __future__ import annotations

#: Metadata key of the reason, one of the words below.
REASON_KEY = "wolkenzicht-reason"

CERTIFICATE_MISSING = "CERTIFICATE_MISSING"
CERTIFICATE_UNKNOWN = "CERTIFICATE_UNKNOWN"
CERTIFICATE_REVOKED = "CERTIFICATE_REVOKED"
CERTIFICATE_EXPIRED = "CERTIFICATE_EXPIRED"
CERTIFICATE_MISMATCH = "CERTIFICATE_MISMATCH"
AGENT_CANNOT_ASK = "AGENT_CANNOT_ASK"
ASKER_CANNOT_REPORT = "ASKER_CANNOT_REPORT"
TENANT_MISMATCH = "TENANT_MISMATCH"
STREAM_START_MISSING = "STREAM_START_MISSING"
#: Frames between what is committed and what was sent are missing: the agent must begin a new spool.
SEQUENCE_GAP = "SEQUENCE_GAP"
STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
COLLECTOR_STOPPING = "COLLECTOR_STOPPING"
#: As many streams are open as the collector takes; its status says when to come back.
COLLECTOR_FULL = "COLLECTOR_FULL"
#: The same spool is sent over a newer stream.
SUPERSEDED = "SUPERSEDED"
FRAME_UNPROCESSABLE = "FRAME_UNPROCESSABLE"
#: A question of a comparison that means nothing here.
QUESTION_UNANSWERABLE = "QUESTION_UNANSWERABLE"
