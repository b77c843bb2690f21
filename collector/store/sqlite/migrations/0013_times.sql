-- Two times for all that changes: when it was so at the source (`valid_from` until `valid_to`), and when the collector
-- knew it (`recorded` until `superseded`). A row held at a moment, as known at another, where it was recorded by then and
-- began by that moment, and either was not known to have ended yet or had not: then `valid_to` counts, unless
-- what was found out later went back before it (`withdrawn`). Nothing that was known is written over.

ALTER TABLE scan ADD COLUMN scan_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scan ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scan ADD COLUMN end_recorded INTEGER;
UPDATE scan SET recorded = started, end_recorded = ended,
    scan_no = (SELECT count(*) FROM scan AS s
        WHERE s.tenant = scan.tenant AND (s.started, s.scan_id) <= (scan.started, scan.scan_id));
CREATE UNIQUE INDEX scan_number ON scan (tenant, scan_no);

-- `changed` is since when the present version holds, `scan_no` the scan that brought it, 0 where the collector judged again.
ALTER TABLE asset ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE asset ADD COLUMN scan_no INTEGER NOT NULL DEFAULT 0;
UPDATE asset SET recorded = changed;
CREATE INDEX asset_recorded ON asset (tenant, recorded);

-- The columns beside `record` are those of `asset`; they are filled when the store is next opened, where it is older
-- (until then `location_class` is empty). `scan_no` is the scan that brought the version, `ended_scan_no` that
-- which ended it.
ALTER TABLE asset_version RENAME TO asset_version_before;
DROP INDEX asset_version_asset;
CREATE TABLE asset_version (
    tenant         TEXT NOT NULL,
    asset_id       TEXT NOT NULL,
    valid_from     INTEGER NOT NULL,
    valid_to       INTEGER NOT NULL,
    recorded       INTEGER NOT NULL,
    superseded     INTEGER NOT NULL,
    withdrawn      INTEGER,
    removed        INTEGER NOT NULL,
    first_seen     INTEGER NOT NULL,
    scan_no        INTEGER NOT NULL,
    ended_scan_no  INTEGER NOT NULL,
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
    record         BLOB NOT NULL,
    PRIMARY KEY (tenant, asset_id, valid_from, recorded)
);
INSERT INTO asset_version
SELECT tenant, asset_id, valid_from, valid_to, valid_from, valid_to, NULL, removed, first_seen, 0, 0,
    '', '', '', '', '', '', '', '', '', '', '', '', '', record
FROM (SELECT b.*, row_number() OVER (PARTITION BY tenant, asset_id, valid_from ORDER BY valid_to DESC, removed DESC)
    AS place FROM asset_version_before AS b) AS v WHERE place = 1;
DROP TABLE asset_version_before;
CREATE INDEX asset_version_superseded ON asset_version (tenant, superseded);

-- All versions of a finding, the present one too: that has no end.
ALTER TABLE finding_history RENAME TO finding_history_before;
DROP INDEX finding_history_finding;
CREATE TABLE finding_history (
    tenant     TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    recorded   INTEGER NOT NULL,
    superseded INTEGER,
    withdrawn  INTEGER,
    state      TEXT NOT NULL,
    severity   TEXT NOT NULL,
    clause     TEXT NOT NULL,
    details    TEXT NOT NULL,
    owner      TEXT NOT NULL,
    PRIMARY KEY (tenant, finding_id, valid_from, recorded)
);
INSERT INTO finding_history
SELECT h.tenant, h.finding_id, h.moment, NULL, h.moment, NULL, NULL, h.state, h.severity, f.clause, h.details, f.owner
FROM (SELECT b.*, row_number() OVER (PARTITION BY tenant, finding_id, moment
    ORDER BY CASE state WHEN 'open' THEN 1 ELSE 0 END, severity, details) AS place FROM finding_history_before AS b) AS h
JOIN finding AS f ON f.tenant = h.tenant AND f.finding_id = h.finding_id
WHERE h.place = 1;
UPDATE finding_history SET
    valid_to = (SELECT min(n.valid_from) FROM finding_history AS n WHERE n.tenant = finding_history.tenant
        AND n.finding_id = finding_history.finding_id AND n.valid_from > finding_history.valid_from);
UPDATE finding_history SET superseded = valid_to;
DROP TABLE finding_history_before;

-- A scope's version is whether it is planned, its outcome, who denied it and how many assets it had.
ALTER TABLE scope ADD COLUMN valid_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scope ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scope ADD COLUMN look_recorded INTEGER;
UPDATE scope SET look_recorded = looked, valid_from = coalesce(outcome_since, looked,
    (SELECT started FROM scan AS s WHERE s.tenant = scope.tenant AND s.scan_id = scope.planned_scan), 0);
UPDATE scope SET recorded = valid_from;
ALTER TABLE scope_version RENAME TO scope_version_before;
DROP INDEX scope_version_scope;
CREATE TABLE scope_version (
    tenant        TEXT NOT NULL,
    account       TEXT NOT NULL,
    location      TEXT NOT NULL,
    type          TEXT NOT NULL,
    valid_from    INTEGER NOT NULL,
    valid_to      INTEGER NOT NULL,
    recorded      INTEGER NOT NULL,
    superseded    INTEGER NOT NULL,
    withdrawn     INTEGER,
    planned       INTEGER NOT NULL,
    outcome       TEXT,
    permission    TEXT NOT NULL,
    denied_by     TEXT,
    message       TEXT NOT NULL,
    asset_count   INTEGER NOT NULL,
    outcome_since INTEGER,
    looked        INTEGER,
    look_recorded INTEGER,
    last_complete INTEGER,
    PRIMARY KEY (tenant, account, location, type, valid_from, recorded)
);
INSERT INTO scope_version
SELECT tenant, account, location, type, valid_from, valid_to, valid_from, valid_to, NULL, 1, outcome, permission,
    denied_by, message, 0, valid_from, valid_from, valid_from, CASE outcome WHEN 'complete' THEN valid_from END
FROM (SELECT b.*, row_number() OVER (PARTITION BY tenant, account, location, type, valid_from ORDER BY valid_to DESC)
    AS place FROM scope_version_before AS b) AS v WHERE place = 1;
DROP TABLE scope_version_before;
CREATE INDEX scope_version_superseded ON scope_version (tenant, superseded);

ALTER TABLE discrepancy ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE discrepancy ADD COLUMN end_recorded INTEGER;
UPDATE discrepancy SET recorded = since, end_recorded = ended;
ALTER TABLE sight_change ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
UPDATE sight_change SET recorded = moment;
-- Those that are still to be filled.
CREATE INDEX asset_version_empty ON asset_version (tenant) WHERE location_class = '';
