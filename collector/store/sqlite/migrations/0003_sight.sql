-- How accounts stand at their provider, what changed in what can be seen, and findings about regions.

-- `regions` are the codes that are enabled for the account, `other_regions` those that the provider has
-- besides: JSON lists, sorted, as they were told last. `listed_scan` is the scan that named it last,
-- `gone` says that a later one named every account and not this one.
CREATE TABLE account_standing (
    tenant        TEXT NOT NULL,
    account       TEXT NOT NULL,
    provider      TEXT NOT NULL,
    state         TEXT NOT NULL,
    regions       TEXT NOT NULL,
    other_regions TEXT NOT NULL,
    gone          INTEGER NOT NULL,
    listed_scan   TEXT NOT NULL,
    told          INTEGER NOT NULL,
    PRIMARY KEY (tenant, account)
);

-- Providers of which every account was named once: an account that is named later is new.
CREATE TABLE standing_baseline (
    tenant   TEXT NOT NULL,
    provider TEXT NOT NULL,
    moment   INTEGER NOT NULL,
    PRIMARY KEY (tenant, provider)
);

-- Location codes of the scopes in the latest plan.
CREATE TABLE planned_region (
    tenant   TEXT NOT NULL,
    provider TEXT NOT NULL,
    code     TEXT NOT NULL,
    scan_id  TEXT NOT NULL,
    PRIMARY KEY (tenant, provider, code)
);

-- Whether a scan named every account that the tenant's sources list.
ALTER TABLE scan ADD COLUMN accounts_told INTEGER NOT NULL DEFAULT 0;

-- Why a scope is not seen: 'denied' or 'failed' since it was last complete, else empty. Being throttled
-- in between changes nothing.
ALTER TABLE scope ADD COLUMN unseen TEXT NOT NULL DEFAULT '';
UPDATE scope SET unseen = outcome WHERE outcome IN ('denied', 'failed');

-- Scopes that a scan found newly denied or seen again, until it ends and they are grouped into changes.
-- `before` is why it was not seen; `first` says that it never had an outcome.
CREATE TABLE scope_turned (
    tenant     TEXT NOT NULL,
    scan_id    TEXT NOT NULL,
    account    TEXT NOT NULL,
    location   TEXT NOT NULL,
    type       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    first      INTEGER NOT NULL,
    before     TEXT NOT NULL,
    moment     INTEGER NOT NULL,
    permission TEXT NOT NULL,
    denied_by  TEXT,
    PRIMARY KEY (tenant, scan_id, account, location, type)
);

-- What changed. `location` and `type` are empty where it is about all of them; `scopes` is 0 for what is
-- about an account or its regions; `before` is what was so until then; `permissions` a JSON list.
CREATE TABLE sight_change (
    tenant      TEXT NOT NULL,
    change_no   INTEGER PRIMARY KEY AUTOINCREMENT,
    scan_id     TEXT NOT NULL,
    moment      INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    account     TEXT NOT NULL,
    location    TEXT NOT NULL,
    type        TEXT NOT NULL,
    scopes      INTEGER NOT NULL,
    before      TEXT NOT NULL,
    permissions TEXT NOT NULL,
    denied_by   TEXT
);
CREATE INDEX sight_change_newest ON sight_change (tenant, moment, change_no);

-- A finding is about a subject: an asset by its identifier, or a region as 'provider:code'.
ALTER TABLE finding RENAME COLUMN asset_id TO subject;
ALTER TABLE finding ADD COLUMN subject_kind TEXT NOT NULL DEFAULT 'asset';
UPDATE outbox SET payload = json_set(
    json_remove(payload, '$.asset_id'),
    '$.subject_kind', 'asset', '$.subject', json_extract(payload, '$.asset_id')
);
