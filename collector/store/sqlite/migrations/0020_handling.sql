-- How a standing finding is handled, beside its state: who took it up, under which exemption it stands, and since when
-- what gave cause for it cannot be seen: its 'place', or the whole 'scope' of its asset. Its versions have the same, and
-- who brought each about.
ALTER TABLE finding ADD COLUMN acknowledged INTEGER;
ALTER TABLE finding ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN acknowledge_note TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN exemption TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN unverified INTEGER;
ALTER TABLE finding ADD COLUMN unverified_by TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN acknowledged INTEGER;
ALTER TABLE finding_history ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN acknowledge_note TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN exemption TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN unverified INTEGER;
ALTER TABLE finding_history ADD COLUMN unverified_by TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN done_by TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN done_note TEXT NOT NULL DEFAULT '';

-- What an asker may do beside asking, words between spaces.
ALTER TABLE certificate ADD COLUMN rights TEXT NOT NULL DEFAULT '';

-- Decisions that let findings stand up to and with a day. `applied` says that what stood when it was recorded followed,
-- `lifted` that what stood under it when it ended did, `warned` that its end was told of ahead.
CREATE TABLE exemption (
    exemption_id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    kinds        TEXT NOT NULL,
    scope        TEXT NOT NULL,
    decision     TEXT NOT NULL,
    reason       TEXT NOT NULL,
    decided_by   TEXT NOT NULL,
    last_day     TEXT NOT NULL,
    recorded     INTEGER NOT NULL,
    recorded_by  TEXT NOT NULL,
    ended        INTEGER,
    ended_by     TEXT NOT NULL,
    end_reason   TEXT NOT NULL,
    applied      INTEGER,
    warned       INTEGER,
    lifted       INTEGER
);
CREATE INDEX finding_exempted ON finding (exemption, tenant, finding_id) WHERE exemption <> '';
