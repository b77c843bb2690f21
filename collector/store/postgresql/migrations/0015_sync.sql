-- As for SQLite: digests of what is held, what scans of changes leave unsaid, gaps in what agents sent.
CREATE TABLE scope_digest (
    tenant   TEXT NOT NULL,
    account  TEXT NOT NULL,
    location TEXT NOT NULL,
    type     TEXT NOT NULL,
    assets   BIGINT NOT NULL,
    sum      BYTEA NOT NULL,
    PRIMARY KEY (tenant, account, location, type)
) PARTITION BY HASH (tenant);

CREATE TABLE account_digest (
    tenant  TEXT NOT NULL,
    account TEXT NOT NULL,
    assets  BIGINT NOT NULL,
    sum     BYTEA NOT NULL,
    PRIMARY KEY (tenant, account)
);

CREATE TABLE tenant_sync (
    tenant       TEXT PRIMARY KEY,
    assets       BIGINT NOT NULL,
    sum          BYTEA NOT NULL,
    outcomes     BIGINT NOT NULL,
    outcomes_sum BYTEA NOT NULL,
    plan         BYTEA NOT NULL,
    looked       BIGINT NOT NULL,
    observed     BIGINT NOT NULL
);

CREATE TABLE account_differs (
    tenant  TEXT NOT NULL,
    account TEXT NOT NULL,
    looked  BIGINT NOT NULL,
    since   BIGINT NOT NULL,
    reason  TEXT NOT NULL,
    PRIMARY KEY (tenant, account)
);

ALTER TABLE scan ADD COLUMN kind TEXT NOT NULL DEFAULT 'whole';

ALTER TABLE scan ADD COLUMN plan_digest BYTEA NOT NULL DEFAULT '';

CREATE TABLE scan_otherwise (
    tenant  TEXT NOT NULL,
    scan_id TEXT NOT NULL,
    account TEXT NOT NULL,
    assets  BIGINT NOT NULL,
    sum     BYTEA NOT NULL,
    PRIMARY KEY (tenant, scan_id, account)
);

ALTER TABLE scope ADD COLUMN told BYTEA;

CREATE VIEW scope_now AS
SELECT tenant, account, location, type, planned_scan, planned, permission, denied_by, asset_count, scan_id,
    outcome_since, unseen,
    CASE WHEN reason IS NULL OR outcome NOT IN ('complete', 'not_enabled', 'unsupported') THEN outcome
        ELSE 'failed' END AS outcome,
    CASE WHEN reason IS NULL OR outcome NOT IN ('complete', 'not_enabled', 'unsupported') THEN message
        ELSE reason END AS message,
    CASE WHEN look > looked THEN look ELSE looked END AS looked,
    CASE WHEN outcome = 'complete' AND look > coalesce(last_complete, 0) THEN look
        ELSE last_complete END AS last_complete
FROM (
    SELECT s.*,
        CASE WHEN s.told IS NULL THEN 0 ELSE coalesce(
            (SELECT min(d.looked) FROM account_differs AS d
                WHERE d.tenant = s.tenant AND d.account IN ('', s.account)),
            (SELECT y.looked FROM tenant_sync AS y WHERE y.tenant = s.tenant)) END AS look,
        CASE WHEN s.told IS NULL THEN NULL ELSE (SELECT max(d.reason) FROM account_differs AS d
            WHERE d.tenant = s.tenant AND d.account IN ('', s.account)) END AS reason
    FROM scope AS s
) AS x;

CREATE TABLE stream_gap (
    tenant   TEXT NOT NULL,
    spool_id TEXT NOT NULL,
    cause    TEXT NOT NULL,
    since    BIGINT,
    ended    BIGINT NOT NULL,
    PRIMARY KEY (tenant, spool_id)
);

-- The assets of a scope in the order of their numbers, a page at a time.
DROP INDEX asset_scope;
CREATE INDEX asset_scope ON asset (tenant, account, scope_location, scope_type, asset_no);
