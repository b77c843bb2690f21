-- The first schema. Times are microseconds since 1970 in UTC. Every key starts with the tenant,
-- so that another database can be distributed on it. What was last seen when stands with the scope.
-- Enumerations are kept by the value that model.py gives them ('outside_eea', 'complete').

-- Which version of the product made which step of this schema.
CREATE TABLE made_by (
    migration TEXT PRIMARY KEY,
    version   TEXT NOT NULL
);

CREATE TABLE organisation (
    organisation TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    parent       TEXT NOT NULL DEFAULT '',
    tooi         TEXT NOT NULL DEFAULT ''
);

CREATE TABLE tenant (
    tenant       TEXT PRIMARY KEY,
    organisation TEXT NOT NULL REFERENCES organisation (organisation),
    provider     TEXT NOT NULL,
    title        TEXT NOT NULL,
    created      INTEGER NOT NULL
);

CREATE TABLE certificate (
    serial       TEXT PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('agent', 'asker')),
    tenant       TEXT NOT NULL,
    organisation TEXT NOT NULL,
    role         TEXT NOT NULL,
    name         TEXT NOT NULL,
    not_before   INTEGER NOT NULL,
    not_after    INTEGER NOT NULL,
    revoked      INTEGER
);

CREATE TABLE refusal (
    refusal_no INTEGER PRIMARY KEY,
    moment     INTEGER NOT NULL,
    peer       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    reason     TEXT NOT NULL
);

-- Last sequence committed of each spool: what makes a frame that comes twice count once.
CREATE TABLE stream_position (
    tenant   TEXT NOT NULL,
    spool_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    updated  INTEGER NOT NULL,
    PRIMARY KEY (tenant, spool_id)
);

CREATE TABLE scan (
    tenant         TEXT NOT NULL,
    scan_id        TEXT NOT NULL,
    started        INTEGER NOT NULL,
    ended          INTEGER,
    interrupted    INTEGER NOT NULL DEFAULT 0,
    policy_version TEXT NOT NULL,
    agent_version  TEXT NOT NULL,
    connectors     TEXT NOT NULL, -- a JSON list
    PRIMARY KEY (tenant, scan_id)
);

-- Scopes as they stand: planned by the latest scan or not, and the outcome of the last look.
CREATE TABLE scope (
    tenant        TEXT NOT NULL,
    account       TEXT NOT NULL,
    location      TEXT NOT NULL,
    type          TEXT NOT NULL,
    planned_scan  TEXT NOT NULL,
    planned       INTEGER NOT NULL,
    outcome       TEXT,
    permission    TEXT NOT NULL DEFAULT '',
    denied_by     TEXT,
    message       TEXT NOT NULL DEFAULT '',
    asset_count   INTEGER NOT NULL DEFAULT 0,
    scan_id       TEXT,
    looked        INTEGER,
    outcome_since INTEGER,
    last_complete INTEGER,
    PRIMARY KEY (tenant, account, location, type)
);

-- Earlier outcomes of a scope, each with the time that it held.
CREATE TABLE scope_version (
    tenant     TEXT NOT NULL,
    account    TEXT NOT NULL,
    location   TEXT NOT NULL,
    type       TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    outcome    TEXT NOT NULL,
    permission TEXT NOT NULL,
    denied_by  TEXT,
    message    TEXT NOT NULL
);
CREATE INDEX scope_version_scope ON scope_version (tenant, account, location, type, valid_from);

-- What a reading listed, one row per batch; compared and deleted when the scope's outcome comes.
-- `assets` and `held` are asset numbers, 8 bytes each, little-endian: those listed, and those that
-- stand because only their new state was set aside. `listed` counts all that the batch listed, items
-- set aside here (`rejected`) included; `unnamed` counts items of the source that could not be made
-- into an asset and of which nobody knows which asset they are.
CREATE TABLE scope_seen (
    tenant   TEXT NOT NULL,
    scan_id  TEXT NOT NULL,
    account  TEXT NOT NULL,
    location TEXT NOT NULL,
    type     TEXT NOT NULL,
    attempt  INTEGER NOT NULL,
    spool_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    listed   INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    unnamed  INTEGER NOT NULL,
    assets   BLOB NOT NULL,
    held     BLOB NOT NULL,
    PRIMARY KEY (tenant, scan_id, account, location, type, attempt, spool_id, sequence)
);

-- The present estate. `record` is the asset with its verdict in wire form; the columns beside it
-- are what queries filter and group by. `account`, `scope_location` and `type` name the scope that
-- it was last seen in. `countries` holds those of every data location, sorted, with a comma around
-- every code (',GB,IE,'), and is empty where none is known. `asset_no` is never given twice and
-- survives VACUUM: what a reading listed is remembered by it.
CREATE TABLE asset (
    asset_no       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant         TEXT NOT NULL,
    asset_id       TEXT NOT NULL,
    account        TEXT NOT NULL,
    scope_location TEXT NOT NULL,
    type           TEXT NOT NULL,
    fingerprint    BLOB NOT NULL,
    provider       TEXT NOT NULL,
    name           TEXT NOT NULL,
    countries      TEXT NOT NULL,
    location_class TEXT NOT NULL,
    material       TEXT NOT NULL,
    holds          TEXT NOT NULL,
    first_seen     INTEGER NOT NULL,
    changed        INTEGER NOT NULL,
    record         BLOB NOT NULL,
    UNIQUE (tenant, asset_id)
);
CREATE INDEX asset_scope ON asset (tenant, account, scope_location, type);
CREATE INDEX asset_counts ON asset (tenant, provider, location_class, material, holds, type, countries);

-- Earlier versions: what was so from `valid_from` until `valid_to`. `removed` marks a version that
-- ended because the asset vanished.
CREATE TABLE asset_version (
    tenant     TEXT NOT NULL,
    asset_id   TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    removed    INTEGER NOT NULL,
    record     BLOB NOT NULL
);
CREATE INDEX asset_version_asset ON asset_version (tenant, asset_id, valid_from);

-- Items that could not be kept as an asset, each with its reason and, where it had one, its message.
CREATE TABLE rejected_item (
    tenant   TEXT NOT NULL,
    item_no  INTEGER PRIMARY KEY,
    scan_id  TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    moment   INTEGER NOT NULL,
    asset_id TEXT NOT NULL,
    origin   TEXT NOT NULL,
    field    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    record   BLOB
);

-- `details` is a JSON list of [operation, place].
CREATE TABLE finding (
    tenant     TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    asset_id   TEXT NOT NULL,
    kind       TEXT NOT NULL,
    severity   TEXT NOT NULL,
    state      TEXT NOT NULL,
    clause     TEXT NOT NULL,
    details    TEXT NOT NULL,
    owner      TEXT NOT NULL,
    opened     INTEGER NOT NULL,
    resolved   INTEGER,
    PRIMARY KEY (tenant, finding_id)
);
-- At most one open finding of a kind for an asset.
CREATE UNIQUE INDEX finding_open ON finding (tenant, asset_id, kind) WHERE state = 'open';
CREATE INDEX finding_newest ON finding (opened, finding_id);

-- What happened to a finding: opened, changed, resolved.
CREATE TABLE finding_history (
    tenant     TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    moment     INTEGER NOT NULL,
    state      TEXT NOT NULL,
    severity   TEXT NOT NULL,
    details    TEXT NOT NULL
);
CREATE INDEX finding_history_finding ON finding_history (tenant, finding_id, moment);

-- Events committed with the data they are about; `payload` is JSON of what an alert needs: tenant,
-- organisation, asset_id, asset_name, asset_type, provider, location_class, kind, severity, state,
-- clause, details (a list of [operation, place]), owner, opened, resolved (microseconds; null while
-- open).
CREATE TABLE outbox (
    event_no   INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id   TEXT NOT NULL UNIQUE,
    tenant     TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    type       TEXT NOT NULL,
    created    INTEGER NOT NULL,
    payload    TEXT NOT NULL
);

CREATE INDEX outbox_finding ON outbox (tenant, finding_id, event_no);

-- The last event of which a route has its deliveries.
CREATE TABLE route (
    route    TEXT PRIMARY KEY,
    event_no INTEGER NOT NULL
);

CREATE TABLE delivery (
    route        TEXT NOT NULL,
    event_no     INTEGER NOT NULL REFERENCES outbox (event_no),
    state        TEXT NOT NULL CHECK (state IN ('due', 'delivered', 'dead')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_attempt INTEGER NOT NULL,
    last_error   TEXT NOT NULL DEFAULT '',
    delivered    INTEGER,
    PRIMARY KEY (route, event_no)
);
CREATE INDEX delivery_due ON delivery (route, next_attempt, event_no) WHERE state = 'due';
