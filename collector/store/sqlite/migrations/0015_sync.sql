-- Agents send what changed. What is held of a tenant is known as a digest too: the sum of the hashes of its
-- assets modulo 2^128 (16 bytes, most significant first), with their count.

-- Per scope, per account, and of the tenant as a whole. `outcomes` is the digest of what was told of scopes in
-- scans of changes; `plan` names the plan and standings told last, empty where they were not told as a whole.
-- `looked` is when the last whole scan of changes began: scopes that it did not name were looked at then.
-- `observed` is the latest moment of which something was committed.
CREATE TABLE scope_digest (
    tenant   TEXT NOT NULL,
    account  TEXT NOT NULL,
    location TEXT NOT NULL,
    type     TEXT NOT NULL,
    assets   INTEGER NOT NULL,
    sum      BLOB NOT NULL,
    PRIMARY KEY (tenant, account, location, type)
);
CREATE TABLE account_digest (
    tenant  TEXT NOT NULL,
    account TEXT NOT NULL,
    assets  INTEGER NOT NULL,
    sum     BLOB NOT NULL,
    PRIMARY KEY (tenant, account)
);
CREATE TABLE tenant_sync (
    tenant       TEXT PRIMARY KEY,
    assets       INTEGER NOT NULL,
    sum          BLOB NOT NULL,
    outcomes     INTEGER NOT NULL,
    outcomes_sum BLOB NOT NULL,
    plan         BLOB NOT NULL,
    looked       INTEGER NOT NULL,
    observed     INTEGER NOT NULL
);

-- Accounts of which the agent believed something else than is held, '' for all of them: since when, why, and
-- when their scopes had been looked at before. Gone when both agree again.
CREATE TABLE account_differs (
    tenant  TEXT NOT NULL,
    account TEXT NOT NULL,
    looked  INTEGER NOT NULL,
    since   INTEGER NOT NULL,
    reason  TEXT NOT NULL,
    PRIMARY KEY (tenant, account)
);

-- What a scan sends: 'whole' or 'changes', and the digest that it names its plan by.
ALTER TABLE scan ADD COLUMN kind TEXT NOT NULL DEFAULT 'whole';
ALTER TABLE scan ADD COLUMN plan_digest BLOB NOT NULL DEFAULT x'';

-- By how much the digest of an account differs from what the agent can know, as items of the scan in hand were
-- set aside or kept otherwise than they were sent.
CREATE TABLE scan_otherwise (
    tenant  TEXT NOT NULL,
    scan_id TEXT NOT NULL,
    account TEXT NOT NULL,
    assets  INTEGER NOT NULL,
    sum     BLOB NOT NULL,
    PRIMARY KEY (tenant, scan_id, account)
);

-- The hash of the outcome that was told last in a scan of changes, null where it was told in another scan or
-- the scope is no longer planned: where it is set, a whole scan that says nothing of the scope looked at it, and
-- it fared as before.
ALTER TABLE scope ADD COLUMN told BLOB;

-- Scopes as they stand with what went without saying. Those of accounts that differ are blind, at their age.
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

-- Where what an agent sent does not join what was committed: from the last moment of which something was
-- committed, null where there was none, until the first frame of the spool that follows.
CREATE TABLE stream_gap (
    tenant   TEXT NOT NULL,
    spool_id TEXT NOT NULL,
    cause    TEXT NOT NULL,
    since    INTEGER,
    ended    INTEGER NOT NULL,
    PRIMARY KEY (tenant, spool_id)
);
