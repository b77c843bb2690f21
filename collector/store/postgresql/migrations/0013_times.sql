-- As for SQLite: when it was so, and when it was known. No released version kept versions in PostgreSQL before: tables of
-- them are made anew.

ALTER TABLE scan ADD COLUMN scan_no BIGINT NOT NULL DEFAULT 0;
ALTER TABLE scan ADD COLUMN recorded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE scan ADD COLUMN end_recorded BIGINT;
UPDATE scan SET recorded = started, end_recorded = ended,
    scan_no = (SELECT count(*) FROM scan AS s
        WHERE s.tenant = scan.tenant AND (s.started, s.scan_id) <= (scan.started, scan.scan_id));
CREATE UNIQUE INDEX scan_number ON scan (tenant, scan_no);

ALTER TABLE asset ADD COLUMN recorded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE asset ADD COLUMN scan_no BIGINT NOT NULL DEFAULT 0;
UPDATE asset SET recorded = changed;
CREATE INDEX asset_recorded ON asset (tenant, recorded);

DROP TABLE asset_version;
CREATE TABLE asset_version (
    tenant         TEXT NOT NULL,
    asset_id       TEXT NOT NULL,
    valid_from     BIGINT NOT NULL,
    valid_to       BIGINT NOT NULL,
    recorded       BIGINT NOT NULL,
    superseded     BIGINT NOT NULL,
    withdrawn      BIGINT,
    removed        BIGINT NOT NULL,
    first_seen     BIGINT NOT NULL,
    scan_no        BIGINT NOT NULL,
    ended_scan_no  BIGINT NOT NULL,
    account        TEXT NOT NULL,
    scope_location TEXT NOT NULL,
    scope_type     TEXT NOT NULL,
    type           TEXT NOT NULL,
    provider       TEXT NOT NULL,
    name           TEXT NOT NULL,
    countries      TEXT NOT NULL,
    location_class TEXT NOT NULL,
    material       TEXT NOT NULL,
    holds          TEXT NOT NULL,
    custody        TEXT NOT NULL,
    law_reach      TEXT NOT NULL,
    law_countries  TEXT NOT NULL,
    record         BYTEA NOT NULL,
    PRIMARY KEY (tenant, asset_id, valid_from, recorded)
) PARTITION BY HASH (tenant);
CREATE INDEX asset_version_superseded ON asset_version (tenant, superseded);
CREATE INDEX asset_version_empty ON asset_version (tenant) WHERE location_class = '';

DROP TABLE finding_history;
CREATE TABLE finding_history (
    tenant     TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT,
    recorded   BIGINT NOT NULL,
    superseded BIGINT,
    withdrawn  BIGINT,
    state      TEXT NOT NULL,
    severity   TEXT NOT NULL,
    clause     TEXT NOT NULL,
    details    TEXT NOT NULL,
    owner      TEXT NOT NULL,
    PRIMARY KEY (tenant, finding_id, valid_from, recorded)
) PARTITION BY HASH (tenant);
INSERT INTO finding_history
SELECT tenant, finding_id, opened, resolved, opened, resolved, NULL, 'open', severity, clause, details, owner
FROM finding WHERE resolved IS NULL OR resolved > opened;
INSERT INTO finding_history
SELECT tenant, finding_id, resolved, NULL, resolved, NULL, NULL, state, severity, clause, details, owner
FROM finding WHERE resolved IS NOT NULL;

DROP TABLE scope_version;
CREATE TABLE scope_version (
    tenant        TEXT NOT NULL,
    account       TEXT NOT NULL,
    location      TEXT NOT NULL,
    type          TEXT NOT NULL,
    valid_from    BIGINT NOT NULL,
    valid_to      BIGINT NOT NULL,
    recorded      BIGINT NOT NULL,
    superseded    BIGINT NOT NULL,
    withdrawn     BIGINT,
    planned       BIGINT NOT NULL,
    outcome       TEXT,
    permission    TEXT NOT NULL,
    denied_by     TEXT,
    message       TEXT NOT NULL,
    asset_count   BIGINT NOT NULL,
    outcome_since BIGINT,
    looked        BIGINT,
    look_recorded BIGINT,
    last_complete BIGINT,
    PRIMARY KEY (tenant, account, location, type, valid_from, recorded)
) PARTITION BY HASH (tenant);
CREATE INDEX scope_version_superseded ON scope_version (tenant, superseded);

ALTER TABLE scope ADD COLUMN valid_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE scope ADD COLUMN recorded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE scope ADD COLUMN look_recorded BIGINT;
UPDATE scope SET look_recorded = looked, valid_from = coalesce(outcome_since, looked,
    (SELECT started FROM scan AS s WHERE s.tenant = scope.tenant AND s.scan_id = scope.planned_scan), 0);
UPDATE scope SET recorded = valid_from;

ALTER TABLE discrepancy ADD COLUMN recorded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE discrepancy ADD COLUMN end_recorded BIGINT;
UPDATE discrepancy SET recorded = since, end_recorded = ended;
ALTER TABLE sight_change ADD COLUMN recorded BIGINT NOT NULL DEFAULT 0;
UPDATE sight_change SET recorded = moment;
