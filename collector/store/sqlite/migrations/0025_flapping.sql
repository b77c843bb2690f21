-- Findings that come and go (see docs/decisions/0035). `about` of an event says what turned: a number made of subject and kind,
-- null where the event is no turn. `held` is 1 where it was held back from receivers, and 2 where the collector tells by it that
-- a finding flaps, or again what it is.
ALTER TABLE outbox ADD COLUMN about INTEGER;
ALTER TABLE outbox ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_turns ON outbox (tenant, about, event_no) WHERE about IS NOT NULL;

-- What flaps, or did until `ended`: what was held back since event `since_no`, when receivers were last told what it is, when it
-- turned last, the gravest severity that was told, and when it is to be looked at again.
CREATE TABLE flapping (
    tenant   TEXT NOT NULL,
    about    INTEGER NOT NULL,
    since_no INTEGER NOT NULL,
    told     INTEGER NOT NULL,
    turned   INTEGER NOT NULL,
    gravest  TEXT NOT NULL,
    due      INTEGER NOT NULL,
    ended    INTEGER,
    PRIMARY KEY (tenant, about)
);
CREATE INDEX flapping_due ON flapping (due, tenant, about);

-- The last event that was looked at; routes are told of none after it.
CREATE TABLE damping (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    event_no INTEGER NOT NULL
);
INSERT INTO damping SELECT 1, coalesce(max(event_no), 0) FROM outbox;

-- How many findings of a group stand by what was told of them, by severity: a JSON object.
ALTER TABLE notification_group ADD COLUMN standing_by TEXT NOT NULL DEFAULT '{}';

-- Since when, and by whom, a delivery that was given up is let be.
ALTER TABLE delivery ADD COLUMN discarded INTEGER;
ALTER TABLE delivery ADD COLUMN discarded_by TEXT NOT NULL DEFAULT '';
ALTER TABLE notification ADD COLUMN discarded INTEGER;
ALTER TABLE notification ADD COLUMN discarded_by TEXT NOT NULL DEFAULT '';
