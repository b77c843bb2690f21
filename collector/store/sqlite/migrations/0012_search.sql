-- The words of each asset, its tenant among them (see search.py); filled in steps, behind what is kept.
CREATE VIRTUAL TABLE search_index USING fts5 (words, detail = none, columnsize = 0, tokenize = 'ascii');
-- Up to which number the assets of a tenant were taken in.
CREATE TABLE search_position (
    tenant   TEXT PRIMARY KEY,
    asset_no INTEGER NOT NULL
);
-- Assets that changed or vanished since.
CREATE TABLE search_pending (
    tenant   TEXT NOT NULL,
    asset_no INTEGER NOT NULL,
    PRIMARY KEY (tenant, asset_no)
) WITHOUT ROWID;
